import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Resolver, type ResolverOptions } from '../../src/egress/resolver.js';
import { eventually } from '../eventually.js';
import { NameServer } from './name-server.js';

let server: NameServer;
let time: number;
let resolver: Resolver;
beforeEach(async () => {
  server = await NameServer.start();
  time = 0;
  resolver = resolverWith();
});
afterEach(() => server.stop());

const resolverWith = (options: ResolverOptions = {}) =>
  new Resolver({ servers: [server.address], hostsPath: '/nowhere', now: () => time, ...options });

/** Without those by which a slow server is told from one that is away. */
const questions = () => server.asked.filter((each) => each !== 'NS .');

const numbered = (round: number) => [`10.0.0.${round + 1}`];

/** How the look-up of `name` failed. */
const failureOf = (name: string) =>
  resolver.resolve(name).then(
    () => null,
    ({ code, detail, isInternalError }: Record<string, unknown>) => ({ code, detail, isInternalError }),
  );

describe('Resolver', () => {
  it('asks for both families, and gives them in turn, IPv4 first', async () => {
    server.set('a.test', ['2000::1', '2000::2', '10.0.0.1', '2000::3', '10.0.0.2']);
    expect(await resolver.resolve('a.test')).toEqual([
      '10.0.0.1',
      '2000::1',
      '10.0.0.2',
      '2000::2',
      '2000::3',
    ]);
    expect(questions().toSorted()).toEqual(['A a.test', 'AAAA a.test']);
  });

  it('tells an IPv4-mapped address as the IPv4 address it is', async () => {
    server.set('a.test', ['::ffff:10.0.0.1']);
    expect(await resolver.resolve('a.test')).toEqual(['10.0.0.1']);
  });

  it('takes the case and a final dot of a name for nothing', async () => {
    server.set('a.test', ['10.0.0.1']);
    await resolver.resolve('A.Test.');
    await resolver.resolve('a.test');
    expect(questions()).toHaveLength(2);
  });

  it('keeps an answer for its time to live', async () => {
    server.set('a.test', numbered).ttl = 10;
    expect(await resolver.resolve('a.test')).toEqual(['10.0.0.1']);
    time = 9_999;
    expect(await resolver.resolve('a.test')).toEqual(['10.0.0.1']);
    time = 10_000;
    expect(await resolver.resolve('a.test')).toEqual(['10.0.0.2']);
  });

  it('keeps no answer longer than 30 seconds', async () => {
    server.set('a.test', numbered).ttl = 86_400;
    await resolver.resolve('a.test');
    time = 29_999;
    expect(await resolver.resolve('a.test')).toEqual(['10.0.0.1']);
    time = 30_000;
    expect(await resolver.resolve('a.test')).toEqual(['10.0.0.2']);
  });

  it('does not keep an answer that lives no time', async () => {
    server.set('a.test', numbered).ttl = 0;
    await resolver.resolve('a.test');
    expect(await resolver.resolve('a.test')).toEqual(['10.0.0.2']);
  });

  it('asks once for all who ask at the same time', async () => {
    server.set('a.test', numbered).ttl = 0;
    const all = await Promise.all(Array.from({ length: 50 }, () => resolver.resolve('a.test')));
    expect(new Set(all.flat())).toEqual(new Set(['10.0.0.1']));
    expect(questions()).toHaveLength(2);
  });

  it('forgets the oldest of more than 10,000 names', async () => {
    const names = Array.from({ length: 10_001 }, (_, number) => `n${number}.test`);
    for (const name of names) server.set(name, ['10.0.0.1']);
    for (let at = 0; at < names.length; at += 100)
      await Promise.all(names.slice(at, at + 100).map((name) => resolver.resolve(name)));
    await resolver.resolve(names.at(-1)!);
    expect(questions()).toHaveLength(2 * names.length);
    await resolver.resolve(names[0]!);
    expect(questions()).toHaveLength(2 * names.length + 2);
  });

  it.each([
    ['NXDOMAIN', 'The name of the host does not exist.'],
    ['SERVFAIL', 'The name servers of the host failed.'],
    [[], 'The name of the host has no address.'],
  ] as const)('blames the name for %j', async (zone, detail) => {
    server.set('a.test', zone);
    expect(await failureOf('a.test')).toEqual({ code: 'dns-failed', detail, isInternalError: false });
  });

  it.each(['a..test', `${'x'.repeat(64)}.test`])('blames the name %j, which cannot be', async (name) => {
    expect(await failureOf(name)).toMatchObject({ isInternalError: false });
    expect(questions()).toEqual([]);
  });

  it('keeps a failure for one second', async () => {
    server.set('a.test', (round) => (round === 0 ? 'NXDOMAIN' : ['10.0.0.1']));
    await failureOf('a.test');
    time = 999;
    expect(await failureOf('a.test')).toMatchObject({ code: 'dns-failed' });
    time = 1_000;
    expect(await resolver.resolve('a.test')).toEqual(['10.0.0.1']);
  });

  const away = {
    code: 'dns-failed',
    detail: 'The name servers that this machine asks do not answer.',
    isInternalError: true,
  };

  it('takes a name server that is away for the trouble of this machine', async () => {
    resolver = resolverWith({ servers: ['127.0.0.1:1'] });
    expect(await failureOf('a.test')).toEqual(away);
  });

  it('takes a name server that refuses to be asked for the trouble of this machine', async () => {
    server.set('a.test', 'REFUSED');
    expect(await failureOf('a.test')).toEqual(away);
  });

  it('takes a name server that is silent about everything for the trouble of this machine', async () => {
    server.set('a.test', 'silence').set('.', 'silence');
    resolver = resolverWith({ firstTryMs: 100 });
    expect(await failureOf('a.test')).toEqual(away);
  });

  it('blames the name for the silence of a server that says other things', async () => {
    server.set('a.test', 'silence').set('.', []);
    resolver = resolverWith({ firstTryMs: 100 });
    expect(await failureOf('a.test')).toMatchObject({ code: 'dns-failed', isInternalError: false });
  });

  it('can tell before the end whose trouble a silence is', async () => {
    server.set('a.test', 'silence').set('b.test', ['10.0.0.1']);
    resolver = resolverWith({ firstTryMs: 100 });
    time = 100;
    const open = failureOf('a.test');
    time = 200;
    expect(resolver.failureOfSilence(100).isInternalError).toBe(true);
    await resolver.resolve('b.test');
    expect(resolver.failureOfSilence(100).isInternalError).toBe(false);
    await open;
  });

  it('does not wait for the second family until it would be asked for again', async () => {
    server.set('a.test', (round, type) => (type === 'A' || round > 0 ? ['10.0.0.1'] : 'silence'));
    expect(await resolver.resolve('a.test')).toEqual(['10.0.0.1']);
    expect(questions().toSorted()).toEqual(['A a.test', 'AAAA a.test']);
  });

  it('believes no name server about localhost', async () => {
    expect(await resolver.resolve('localhost')).toEqual(['127.0.0.1', '::1']);
    expect(await resolver.resolve('API.localhost.')).toEqual(['127.0.0.1', '::1']);
    expect(questions()).toEqual([]);
  });

  it('believes the hosts file before a name server', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hosts-'));
    const hostsPath = join(directory, 'hosts');
    writeFileSync(hostsPath, '10.1.1.1 a.test\n');
    resolver = resolverWith({ hostsPath });
    server.set('a.test', ['10.0.0.1']).set('b.test', ['10.0.0.2']);
    expect(await resolver.resolve('a.test')).toEqual(['10.1.1.1']);
    expect(await resolver.resolve('b.test')).toEqual(['10.0.0.2']);
    rmSync(directory, { recursive: true });
  });

  describe('with search domains', () => {
    let directory: string;
    let searchPath: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'resolv-'));
      searchPath = join(directory, 'resolv.conf');
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    /** By the `lines` of resolv.conf. */
    const searching = (...lines: string[]) => {
      writeFileSync(searchPath, lines.join('\n'));
      resolver = resolverWith({ searchPath });
    };
    const asked = () => questions().filter((each) => each.startsWith('A '));

    it('completes a short name by the first of them that knows it', async () => {
      searching('search one.test two.test');
      server.set('db.two.test', ['10.0.0.2']);
      expect(await resolver.resolve('db')).toEqual(['10.0.0.2']);
      expect(asked()).toEqual(['A db.one.test', 'A db.two.test']);
    });

    it('asks for a name with enough dots as it is first', async () => {
      searching('search one.test', 'options timeout:1 ndots:2');
      server.set('a.b.c', ['10.0.0.1']).set('a.b', ['10.0.0.2']);
      await resolver.resolve('a.b.c');
      expect(asked()).toEqual(['A a.b.c']);
      await resolver.resolve('a.b');
      expect(asked()).toEqual(['A a.b.c', 'A a.b.one.test', 'A a.b']);
    });

    it('takes a name with a final dot for complete', async () => {
      searching('domain one.test');
      server.set('db.one.test', ['10.0.0.1']);
      expect(await failureOf('db.')).toMatchObject({ detail: 'The name of the host does not exist.' });
      expect(await resolver.resolve('db')).toEqual(['10.0.0.1']);
    });

    it('says of a name that none completes what is wrong with it as it is', async () => {
      searching('search one.test two.test');
      server.set('db.one.test', 'SERVFAIL').set('db', []);
      expect(await failureOf('db')).toMatchObject({
        detail: 'The name of the host has no address.',
        isInternalError: false,
      });
    });

    it('asks for no other name where nobody answers', async () => {
      searching('search one.test two.test');
      server.set('db.one.test', 'silence').set('.', 'silence');
      resolver = resolverWith({ searchPath, firstTryMs: 100 });
      expect(await failureOf('db')).toEqual(away);
      expect(new Set(asked())).toEqual(new Set(['A db.one.test']));
    });

    it('keeps what it found for the name that was given, and reads them anew when they change', async () => {
      searching('search one.test');
      server.set('db.one.test', ['10.0.0.1']).set('db.two.test', ['10.0.0.2']);
      await resolver.resolve('db');
      await resolver.resolve('db');
      expect(asked()).toEqual(['A db.one.test']);
      writeFileSync(searchPath, 'search two.test other.test');
      time = 1_000;
      expect(await resolver.resolve('db')).toEqual(['10.0.0.2']);
    });

    it('are those of the system only where its name servers are asked', async () => {
      server.set('db', ['10.0.0.1']);
      expect(await resolver.resolve('db')).toEqual(['10.0.0.1']);
      expect(asked()).toEqual(['A db']);
    });
  });

  it('asks the next server where one is away', async () => {
    resolver = resolverWith({ servers: ['127.0.0.1:1', server.address] });
    server.set('a.test', ['10.0.0.1']);
    await eventually(async () => (await failureOf('a.test')) === null);
    expect(await resolver.resolve('a.test')).toEqual(['10.0.0.1']);
  });
});
