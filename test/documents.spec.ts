import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const under = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file));

const sources = [...under('src'), ...under('test'), ...under('scripts')].filter((file) =>
  /\.[cm]?[jt]s$/.test(file),
);
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...[...under('docs'), ...under('src')].filter((file) => file.endsWith('.md')),
];
const code = sources.map((file) => readFileSync(file, 'utf8')).join('\n');
const names = new Set(code.match(/\b[A-Za-z]\w+/g));

/** What stands in backticks in a document, and what it draws. */
const quoted = (document: string): string[] =>
  [...readFileSync(document, 'utf8').matchAll(/`([^`\n]+)`/g)].map(([, text]) => text!);

const FILE = /^[\w.][\w./-]*\.(?:ts|js|md|json)$/;
/** Of two words or more, and no word of plain text. */
const SYMBOL = /^[A-Z][a-z]+(?:[A-Z][a-z]+)+(?:\.\w+)?(?:\(\))?$/;

const packages = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies);

const isThere = (document: string, file: string): boolean =>
  existsSync(file) ||
  packages.includes(file) ||
  existsSync(join('src', file)) ||
  existsSync(join(dirname(document), file)) ||
  sources.some((source) => source.endsWith(`/${file}`) || basename(source) === file);

describe('the documents', () => {
  it.each(documents)('name files that are there: %s', (document) => {
    const missing = quoted(document).filter((text) => FILE.test(text) && !isThere(document, text));
    expect(missing).toEqual([]);
  });

  it.each(documents)('name parts of the code that are there: %s', (document) => {
    const missing = quoted(document)
      .filter((text) => SYMBOL.test(text))
      .filter(
        (text) =>
          !text
            .replace('()', '')
            .split('.')
            .every((name) => names.has(name)),
      );
    expect(missing).toEqual([]);
  });
});
