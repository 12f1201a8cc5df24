import { describe, expect, it } from '@jest/globals';
import { TypeID } from 'typeid-js';
import { newId } from './id.js';

const START = Date.UTC(2100, 0, 1);
const isAscending = (ids: string[]) => ids.every((id, i) => i === 0 || ids[i - 1]! < id);
const uuidOf = (id: string) => TypeID.fromString(id).toUUID();

describe('newId()', () => {
  it('names what it is for, and is short enough for its column', () => {
    const id = newId('team');
    expect(id).toMatch(/^team_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(id.length).toBeLessThanOrEqual(40);
  });

  it('is a UUID of version 7 with the time in front', () => {
    const uuid = uuidOf(newId('usr', START));
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(START);
  });

  it('sorts in the order of time', () => {
    expect(isAscending([1, 2, 3, 1_000].map((ms) => newId('usr', START + 10_000 + ms)))).toBe(true);
  });

  it('sorts in the order of making within a millisecond, also when there are very many', () => {
    const ids = Array.from({ length: 20_000 }, () => newId('usr', START + 20_000));
    expect(isAscending(ids)).toBe(true);
    expect(new Set(ids).size).toBe(20_000);
  });

  it('sorts in the order of making when the clock is set back an hour, and on', () => {
    const times = [0, -3_600_000, -3_599_999, 1, 3_600_000];
    expect(isAscending(times.map((ms) => newId('usr', START + 30_000 + ms)))).toBe(true);
  });

  it('tells nothing of the next one', () => {
    const tails = Array.from({ length: 1_000 }, () => uuidOf(newId('usr', START)).slice(-12));
    expect(new Set(tails).size).toBe(1_000);
  });
});
