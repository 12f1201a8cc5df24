import { expect, it } from '@jest/globals';
import { configurationTable } from './table.js';
import { variables } from './variables.js';

it('has a line of three cells for each variable', () => {
  const lines = configurationTable().split('\n').slice(2);
  expect(lines).toHaveLength(Object.keys(variables).length);
  for (const line of lines) expect(line).toMatch(/^\| `[A-Z_]+` \| (`[^`]+`)? \| \S.*\.? \|$/);
});

it('gives the default as one would write it', () => {
  expect(configurationTable()).toContain('| `PORT` | `3000` | ');
});
