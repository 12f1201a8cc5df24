import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Builds the program before the tests that run it, unless the build is newer than everything it is made from. */
export default function build(): void {
  const inSrc = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((file) => join('src', file));
  const sources = [...inSrc, 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'];
  const changedAt = Math.max(...sources.map((file) => statSync(file).mtimeMs));
  const isCurrent = existsSync('dist/main.js') && statSync('dist/main.js').mtimeMs > changedAt;
  if (!isCurrent) execFileSync('npx', ['nest', 'build'], { stdio: 'inherit' });
}
