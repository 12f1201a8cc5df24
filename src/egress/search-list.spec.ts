import { describe, expect, it } from '@jest/globals';
import { completionsOf, parseSearch } from './search-list.js';

describe('parseSearch()', () => {
  it.each<[string, string[], number]>([
    ['', [], 1],
    ['nameserver 192.0.2.1\nsearch a.test  B.test.\toptions', ['a.test', 'b.test', 'options'], 1],
    ['domain a.test b.test', ['a.test'], 1],
    ['search a.test\ndomain b.test', ['b.test'], 1],
    ['# search a.test\nsearch b.test ; c.test', ['b.test'], 1],
    ['options ndots:5 timeout:2\nsearch a.test', ['a.test'], 5],
    ['options ndots:99', [], 15],
    ['options ndots:x', [], 1],
    ['search .', [], 1],
    ['search a b c d e f g h', ['a', 'b', 'c', 'd', 'e', 'f'], 1],
  ])('reads %j', (text, domains, ndots) => {
    expect(parseSearch(text)).toEqual({ domains, ndots });
  });
});

describe('completionsOf()', () => {
  it('leaves out what is too long for a name', () => {
    expect(completionsOf('x'.repeat(60), { domains: ['y'.repeat(200), 'z'], ndots: 1 })).toEqual([
      `${'x'.repeat(60)}.z`,
      'x'.repeat(60),
    ]);
  });
});
