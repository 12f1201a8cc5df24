import { describe, expect, it } from '@jest/globals';
import { TypeID } from 'typeid-js';
import { newId } from '../../common/id.js';
import { checkId } from './check-id.js';

const MONITOR = 'mon_01jd8x0000e3vb6qk4mzt5w7ya';
const DUE = Date.parse('2026-11-20T16:45:00Z');

describe('checkId', () => {
  it('is the same for the same check for ever', () => {
    expect(checkId(MONITOR, DUE)).toBe('chk_01m7wxhnq0e3vb6qk4mzt5w7ya');
  });

  it('is a UUIDv7 of when the check was due', () => {
    const uuid = TypeID.fromString(checkId(MONITOR, DUE)).toUUID();
    expect(uuid[14]).toBe('7');
    expect(Number.parseInt(uuid.replace('-', '').slice(0, 12), 16)).toBe(DUE);
  });

  it('is another for the next millisecond, and sorts after it', () => {
    expect(checkId(MONITOR, DUE + 1) > checkId(MONITOR, DUE)).toBe(true);
  });

  it('is another for each of many monitors that were made at once', () => {
    const monitors = Array.from({ length: 10_000 }, () => newId('mon'));
    expect(new Set(monitors.map((id) => checkId(id, DUE))).size).toBe(monitors.length);
  });
});
