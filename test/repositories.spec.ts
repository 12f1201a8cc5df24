import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** Where SQL still stands beside other things, and a repository is to be made of. Nothing is added here. */
const STILL_TO_MOVE: readonly string[] = [];

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
);

const SQL = /\b(?:SELECT [^;]*? FROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET|UPDATE \$\{)/s;
/** Comments tell of SQL, and are none. */
const codeOf = (file: string): string =>
  readFileSync(join('src', file), 'utf8').replace(/\/\*\*[\s\S]*?\*\/|\/\/.*/g, '');

const isHome = (file: string): boolean => file.startsWith('database/') || file.endsWith('.repository.ts');

describe('SQL, and the manager of a transaction', () => {
  it('are used by repositories and the database alone', () => {
    const strays = files.filter((file) => {
      const code = codeOf(file);
      return !isHome(file) && (SQL.test(code) || /\bmanager\b/.test(code));
    });
    expect(strays.toSorted()).toEqual(STILL_TO_MOVE);
  });
});
