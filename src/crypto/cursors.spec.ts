import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Cursors } from './cursors.js';
import { Secrets } from './secrets.js';

const cursors = new Cursors(new Secrets('a master secret of 32 characters or more'));
const position = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer()), { minLength: 1 });

describe('a cursor', () => {
  it('leads to where it was made, in its own list', () => {
    fc.assert(
      fc.property(position, fc.string(), (position, list) => {
        expect(cursors.decode(cursors.encode(position, list), list)).toEqual(position);
      }),
    );
  });

  it('leads nowhere in another list', () => {
    fc.assert(
      fc.property(position, fc.string(), fc.string(), (position, list, other) => {
        fc.pre(list !== other);
        return cursors.decode(cursors.encode(position, list), other) === null;
      }),
    );
  });

  it('leads nowhere when any character of it is another', () => {
    const character = fc.string({ minLength: 1, maxLength: 1 });
    fc.assert(
      fc.property(position, fc.nat(), character, (position, at, character) => {
        const cursor = cursors.encode(position, 'list');
        const index = at % cursor.length;
        fc.pre(cursor[index] !== character);
        return cursors.decode(cursor.slice(0, index) + character + cursor.slice(index + 1), 'list') === null;
      }),
    );
  });

  it('leads nowhere with anything behind it', () => {
    fc.assert(
      fc.property(position, fc.string({ minLength: 1 }), (position, more) => {
        return cursors.decode(cursors.encode(position, 'list') + more, 'list') === null;
      }),
    );
  });

  it('leads nowhere when somebody else made it', () => {
    const foreign = new Cursors(new Secrets('another master secret of 32 characters'));
    expect(cursors.decode(foreign.encode([1], 'list'), 'list')).toBeNull();
  });

  it('can stand in a URL as it is', () => {
    fc.assert(
      fc.property(position, (position) => {
        const cursor = cursors.encode(position, 'list');
        return encodeURIComponent(cursor) === cursor;
      }),
    );
  });
});

describe('a cursor, to whoever looks at it,', () => {
  const id = (n: number) => `mon_01m84atn8ge00ajwf4arfcy${String(n).padStart(3, '0')}`;

  it('is as long wherever it leads', () => {
    const positions = [[1], [987_654_321_012_345], [id(7)], [1_764_500_000_000, id(8)]];
    expect(new Set(positions.map((position) => cursors.encode(position, 'list').length)).size).toBe(1);
  });

  it('tells nothing of where it leads', () => {
    const [one, other] = [1_000_001, 1_000_002].map((n) =>
      Buffer.from(cursors.encode([n], 'list'), 'base64url'),
    );
    expect(one!.toString('latin1')).not.toContain('1000001');
    const same = [...one!].filter((byte, i) => byte === other![i]).length;
    expect(same).toBeLessThan(10);
  });

  it('is the same each time', () => {
    expect(cursors.encode([1, 'a'], 'list')).toBe(cursors.encode([1, 'a'], 'list'));
  });
});

describe('Cursors', () => {
  it('refuse every other text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => cursors.decode(text, 'list') === null));
  });
});
