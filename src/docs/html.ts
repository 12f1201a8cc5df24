import { createHash } from 'node:crypto';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `text` as HTML shows it, in an element or a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character]!);

/** The same for a sentence with code between backquotes. */
export const prose = (text: string): string =>
  escapeHtml(text).replace(/`([^`]+)`/g, (_, code: string) => `<code>${code}</code>`);

const style = `
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a404b); --soft: light-dark(#f4f6f9, #1d222b); --link: light-dark(#0b57c2, #8db9ff); }
body { max-width: 46rem; margin: 0 auto; padding: 1.5rem; font: 1rem/1.6 system-ui, sans-serif; color: light-dark(#1b1f27, #e4e7ec); background: light-dark(#fff, #13161c); }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 1.5rem 0 0.5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
a { color: var(--link); }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
code { padding: 0.1em 0.3em; border-radius: 0.25em; background: var(--soft); overflow-wrap: anywhere; }
pre { padding: 1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--soft); white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td:nth-child(2) { white-space: nowrap; }
nav a { margin-right: 1.25rem; }
form { margin: 1.25rem 0; }
button { font: inherit; padding: 0.6rem 1.25rem; border: 1px solid var(--link); border-radius: 0.5rem; background: transparent; color: var(--link); cursor: pointer; }
button.first { background: var(--link); color: light-dark(#fff, #13161c); }
`;

/** A page of ours does nothing but show its own style, which it names by its digest. */
const policy = (formAction: string): string =>
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; img-src data:; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`;

export const STATIC_PAGE_POLICY = policy("'none'");

/** The same for a page whose buttons send something to this server. */
export const FORM_PAGE_POLICY = policy("'self'");

/** What leads to the other pages. `prefix` is what addresses of this server begin with. */
export const navigation = (prefix: string): string =>
  `<nav aria-label="PulseAPI"><a href="${prefix}/problems">Problems</a><a href="${prefix}/docs">API</a></nav>`;

/** A page without scripts. `body` and `above` are HTML. */
export const pageOf = (title: string, body: string, above: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - PulseAPI</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
${above}
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
