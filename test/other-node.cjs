// Has the compiled module that OTHER_NODE names fail to load as Node has one fail that was built for another version.
const { dlopen } = process;

process.dlopen = (module, file, ...rest) => {
  if (!file.replaceAll('\\', '/').includes(process.env.OTHER_NODE)) return dlopen(module, file, ...rest);
  throw Object.assign(
    new Error(
      `The module '${file}'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 108. This version of Node.js requires\nNODE_MODULE_VERSION ${process.versions.modules}. Please try re-compiling or re-installing\nthe module (for instance, using \`npm rebuild\` or \`npm install\`).`,
    ),
    { code: 'ERR_DLOPEN_FAILED' },
  );
};
