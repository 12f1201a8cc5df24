import { describe, expect, it } from '@jest/globals';
import { isInstant } from './instant.js';

describe('isInstant', () => {
  it.each([
    '2026-01-31T12:00:00Z',
    '2026-01-31T12:00:00.123456789Z',
    '2026-01-31T12:00:00+05:30',
    '2028-02-29T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '1000-01-01T00:00:00Z',
  ])('takes %s', (text) => expect(isInstant(text)).toBe(true));

  it.each([
    ['without an offset', '2026-01-31T12:00:00'],
    ['without a time', '2026-01-31'],
    ['with a small t', '2026-01-31t12:00:00Z'],
    ['on a day February lacks', '2026-02-30T12:00:00Z'],
    ['on a leap day of another year', '2026-02-29T12:00:00Z'],
    ['in a 13th month', '2026-13-01T12:00:00Z'],
    ['at hour 24', '2026-01-31T24:00:00Z'],
    ['after the last moment a database holds', '9999-12-31T23:59:59-12:00'],
    ['before the first one', '1000-01-01T00:00:00+00:01'],
    ['in words', 'tomorrow'],
    ['in nothing', ''],
  ])('refuses one %s', (_, text) => expect(isInstant(text)).toBe(false));
});
