import { expect, it } from '@jest/globals';
import { endOfLifeWarning } from './node-version.js';

it('warns on a Node that gets no fixes any more, and recommends another', () => {
  expect(endOfLifeWarning('20.20.2')).toContain('Node.js 24');
  expect(endOfLifeWarning('18.0.0')).toContain('18.0.0');
});

it('is silent on one that does', () => {
  for (const version of ['22.12.0', '24.1.0', '25.0.0']) expect(endOfLifeWarning(version)).toBeNull();
});
