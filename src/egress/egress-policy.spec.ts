import { networkInterfaces } from 'node:os';
import { describe, expect, it, jest } from '@jest/globals';
import ipaddr from 'ipaddr.js';
import {
  EgressGuard,
  networkTexts,
  serviceAt,
  type EgressPolicy,
  type SystemLookup,
} from './egress-policy.js';

const ALL = ['0.0.0.0/0', '::/0'];

const noLookup: SystemLookup = () => Promise.reject(new Error('nothing is to be looked up'));

const guard = (policy: Partial<EgressPolicy> = {}, lookup = noLookup, now?: () => number) =>
  new EgressGuard({ allow: ALL, ownPorts: [], services: [], ...policy }, lookup, now);

const interfaceAddresses = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .map(({ address }) => address);

describe('EgressPolicy', () => {
  it('is made of networks and URLs, and survives the way to a worker thread', () => {
    const policy: EgressPolicy = {
      allow: networkTexts([ipaddr.parseCIDR('10.0.0.0/8'), ipaddr.parseCIDR('fd00::/8')]),
      ownPorts: [3000],
      services: [
        serviceAt(new URL('mysql://u:p@db/pulse'), 3306),
        serviceAt(new URL('mysql://u:p@[fd00::1]:3307/pulse'), 3306),
      ],
    };
    expect(structuredClone(policy)).toEqual({
      allow: ['10.0.0.0/8', 'fd00::/8'],
      ownPorts: [3000],
      services: [
        { host: 'db', port: 3306 },
        { host: 'fd00::1', port: 3307 },
      ],
    });
  });
});

describe('EgressGuard', () => {
  it('allows what is public, and what the operator allows', async () => {
    const some = guard({ allow: ['10.0.0.0/8'] });
    expect(await some.allows('8.8.8.8', 80)).toBe(true);
    expect(await some.allows('10.1.2.3', 80)).toBe(true);
    expect(await some.allows('192.168.0.1', 80)).toBe(false);
  });

  it.each(['0.0.0.0', '::', '169.254.169.254'])('never allows %s', async (address) => {
    expect(await guard().allows(address, 80)).toBe(false);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', ...interfaceAddresses])(
    'keeps the own port closed at %s',
    async (address) => {
      const closed = guard({ ownPorts: [3000] });
      expect(await closed.allows(address, 3000)).toBe(false);
    },
  );

  it('closes the own port only at home, and no other port there', async () => {
    const closed = guard({ ownPorts: [3000] });
    expect(await closed.allows('192.0.2.77', 3000)).toBe(true);
    expect(await closed.allows('127.0.0.1', 3001)).toBe(true);
  });

  it.each(['10.0.0.5', 'fd00::5', '64:ff9b::a00:5'])(
    'keeps the port of a service closed at %s',
    async (address) => {
      const closed = guard({ services: [{ host: 'db', port: 3306 }] }, async () => ['10.0.0.5', 'fd00::5']);
      expect(await closed.allows(address, 3306)).toBe(false);
      expect(await closed.allows(address, 3307)).toBe(true);
      expect(await closed.allows('10.0.0.6', 3306)).toBe(true);
    },
  );

  it('keeps a service of this machine closed at all its addresses', async () => {
    const closed = guard({ services: [{ host: 'localhost', port: 3306 }] }, async () => ['127.0.0.1']);
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', ...interfaceAddresses])
      expect(await closed.allows(address, 3306)).toBe(false);
    expect(await closed.allows('192.0.2.77', 3306)).toBe(true);
  });

  it('keeps the port of a service closed everywhere while the service was never found', async () => {
    const closed = guard({ services: [{ host: 'db', port: 3306 }] });
    expect(await closed.allows('8.8.8.8', 3306)).toBe(false);
    expect(await closed.allows('8.8.8.8', 80)).toBe(true);
  });

  it('follows a service that moves, within half a minute', async () => {
    let time = 0;
    const lookup = jest
      .fn<SystemLookup>()
      .mockResolvedValueOnce(['10.0.0.5'])
      .mockResolvedValueOnce(['10.0.0.6'])
      .mockRejectedValueOnce(new Error('the name server is away'));
    const closed = guard({ services: [{ host: 'db', port: 3306 }] }, lookup, () => time);
    const atBoth = async () => [await closed.allows('10.0.0.5', 3306), await closed.allows('10.0.0.6', 3306)];
    expect(await atBoth()).toEqual([false, true]);
    time += 29_999;
    expect(await atBoth()).toEqual([false, true]);
    time += 1;
    expect(await atBoth()).toEqual([true, false]);
    time += 30_000;
    expect(await atBoth()).toEqual([true, false]);
    expect(lookup).toHaveBeenCalledTimes(3);
  });
});
