import { StartError } from './start-error.js';

const OTHER_NODE = /NODE_MODULE_VERSION|different Node\.js version/;
const MISSING = /Could not locate the bindings file|Cannot find native binding|no native build was found/i;
const MODULE = /node_modules[\\/]((?:@[\w.-]+[\\/])?[\w.-]+)[\\/](?!.*node_modules)/;

/**
 * What to do about `error`, where it says that a compiled module cannot be loaded; otherwise null. Modules are
 * compiled for one version of Node and one kind of machine, and stay behind when those change.
 */
export function nativeModuleFailure(error: unknown): StartError | null {
  if (!(error instanceof Error)) return null;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_DLOPEN_FAILED' && !OTHER_NODE.test(message) && !MISSING.test(message)) return null;
  const name = MODULE.exec(message)?.[1] ?? MODULE.exec(stack ?? '')?.[1] ?? 'a compiled module';
  const why = OTHER_NODE.test(message)
    ? `it was built for another version of Node.js than this one (${process.version})`
    : 'it is missing, or was built for another kind of machine';
  return new StartError(
    `Cannot load ${name.replace('\\', '/')}: ${why}. Run npm rebuild (npm ci where that does not help), and start again.`,
  );
}
