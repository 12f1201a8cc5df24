import { describe, expect, it } from '@jest/globals';
import { concurrencyLimit } from './concurrency-limit.js';

describe('concurrencyLimit', () => {
  it.each<[string, number, number | null, number]>([
    ['is what the operator allows where there is no limit', 512, null, 512],
    ['is what the operator allows below a high limit', 512, 1_048_576, 512],
    ['is half of the limit without what the server needs', 512, 1_024, 448],
    ['shrinks with the limit', 512, 256, 64],
    ['is eight however low the limit', 512, 64, 8],
    ['is as few as the operator wants', 3, 1_024, 3],
  ])('%s: of %p wanted with %p files it is %p', (_, wanted, files, expected) => {
    expect(concurrencyLimit(wanted, files)).toBe(expected);
  });
});
