import { describe, expect, it } from '@jest/globals';
import { headOf, type Step } from './request-head.js';

const step = (changes: Partial<Omit<Step, 'url'>> & { url?: string } = {}): Step => ({
  method: 'GET',
  headers: [],
  body: null,
  ...changes,
  url: new URL(changes.url ?? 'http://example.com/'),
});

/** The fields as lines. */
const lines = (head: readonly string[]) =>
  head.flatMap((text, at) => (at % 2 === 0 ? [`${text}: ${head[at + 1]!}`] : []));

describe('headOf()', () => {
  it('says who asks, and that one answer is enough', () => {
    expect(lines(headOf(step(), false))).toEqual([
      'Host: example.com',
      'User-Agent: PulseAPI',
      'Accept: */*',
      'Connection: close',
    ]);
  });

  it('asks for compression where the body is read', () => {
    expect(lines(headOf(step(), true))).toContain('Accept-Encoding: gzip, deflate, br');
  });

  it('leaves the defaults to a caller who sets them', () => {
    const headers = [
      ['user-agent', 'mine'],
      ['ACCEPT', 'text/html'],
      ['accept-Encoding', 'identity'],
    ] as const;
    expect(lines(headOf(step({ headers }), true))).toEqual([
      'Host: example.com',
      'user-agent: mine',
      'ACCEPT: text/html',
      'accept-Encoding: identity',
      'Connection: close',
    ]);
  });

  it('repeats a field as often as it is given', () => {
    const headers = [
      ['X-Tag', 'a'],
      ['X-Tag', 'b'],
    ] as const;
    expect(lines(headOf(step({ headers }), false))).toEqual(expect.arrayContaining(['X-Tag: a', 'X-Tag: b']));
  });

  it.each(['Host', 'Content-Length', 'Transfer-Encoding', 'CONNECTION', 'Upgrade', 'TE', 'Expect'])(
    'does not let a caller set %s',
    (name) => {
      expect(headOf(step({ headers: [[name, 'forged']] }), false)).not.toContain('forged');
    },
  );

  it('names the port where it is not the usual one', () => {
    expect(lines(headOf(step({ url: 'https://example.com:443/' }), false))).toContain('Host: example.com');
    expect(lines(headOf(step({ url: 'http://[2000::1]:8080/' }), false))).toContain('Host: [2000::1]:8080');
  });

  it('counts the body in bytes', () => {
    expect(lines(headOf(step({ method: 'POST', body: 'für' }), false))).toContain('Content-Length: 4');
  });

  it.each([
    ['POST', true],
    ['PUT', true],
    ['PATCH', true],
    ['GET', false],
    ['HEAD', false],
    ['DELETE', false],
  ])('says of %s without a body that it has none: %j', (method, says) => {
    expect(lines(headOf(step({ method }), false)).includes('Content-Length: 0')).toBe(says);
  });
});
