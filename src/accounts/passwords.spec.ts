import { describe, expect, it } from '@jest/globals';
import { RateLimited } from '../limits/limits.problems.js';
import { DECOY, Passwords } from './passwords.js';

/** A PHC string up to its salt, and how long the rest is: what decides how long it takes to verify. */
const costOf = (phc: string) => {
  const parts = phc.split('$');
  return [...parts.slice(0, 4), ...parts.slice(4).map(({ length }) => length)];
};

describe('Passwords', () => {
  it('hash with the parameters of today', async () => {
    const passwords = new Passwords();
    expect(passwords.isOutdated(await passwords.hash('seven grey pigeons nap'))).toBe(false);
  });

  it('take as long where there is no account as where there is one', async () => {
    expect(costOf(DECOY)).toEqual(costOf(await new Passwords().hash('seven grey pigeons nap')));
  });

  it('never fit where there is no account', async () => {
    expect(await new Passwords().verify(null, 'the password of nobody')).toBe(false);
  });

  it('answer for no account again once the queue is no longer full', async () => {
    const passwords = new Passwords();
    const answers = await Promise.allSettled(
      Array.from({ length: 35 }, () => passwords.verify(null, 'not it')),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(34);
    expect(answers.at(-1)).toMatchObject({ reason: expect.any(RateLimited) });

    expect(await passwords.verify(null, 'not it')).toBe(false);
  });
});
