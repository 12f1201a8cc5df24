import { readFileSync, writeFileSync } from 'node:fs';

/*
 * Part of `npm version`: what is under "Unreleased" in the changelog becomes the version that package.json now has.
 */

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const text = readFileSync('CHANGELOG.md', 'utf8');
const [, unreleased] = /^## \[Unreleased\]\n([\s\S]*?)(?=^## \[|$(?![\s\S]))/m.exec(text) ?? [];
if (!unreleased?.trim()) throw new Error('There is nothing under "Unreleased" in CHANGELOG.md to release.');
if (text.includes(`## [${version}]`)) throw new Error(`CHANGELOG.md has a version ${version} already.`);
const date = new Date().toISOString().slice(0, 10);
writeFileSync(
  'CHANGELOG.md',
  text.replace('## [Unreleased]', `## [Unreleased]\n\n## [${version}] - ${date}`),
);
