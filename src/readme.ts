import { readFileSync, writeFileSync } from 'node:fs';
import { configurationTable } from './config/table.js';

const README = 'README.md';
const BEGIN = '<!-- configuration: written by `npm run readme` -->';
const END = '<!-- /configuration -->';

function withTable(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`${README} lacks the markers of the configuration table`);
  const table = `<!-- prettier-ignore -->\n${configurationTable()}`;
  return `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`;
}

/**
 * Writes the configuration table into the README, between its markers. With `--check` it writes nothing and
 * fails where the README tells something else.
 */
const before = readFileSync(README, 'utf8');
const after = withTable(before);
if (!process.argv.includes('--check')) writeFileSync(README, after);
else if (before !== after) {
  process.stderr.write(`${README} is out of date. Run: npm run readme\n`);
  process.exitCode = 1;
}
