import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

const ADDRESSES = ['8.8.8.8', '10.0.0.1', '169.254.169.254'];

const setUp = ['ip link set lo up', ...ADDRESSES.map((each) => `ip addr add ${each}/32 dev lo`)].join(' && ');

/** Ways to have a network of one's own: as root, and as anybody where the system lets anybody. */
const ways = [['--net'], ['--user', '--map-root-user', '--net']];
const way = ways.find((each) => spawnSync('unshare', [...each, 'sh', '-c', setUp]).status === 0);

interface Found {
  public: string;
  firstOfRebound: string;
  private: string;
  withoutRoute: string;
  forbidden: Record<string, string>;
  reached: Record<string, number>;
}

const inNamespace = (): Found => {
  const command = `${setUp} && exec "${process.execPath}" test/process/egress-namespace.js`;
  return JSON.parse(execFileSync('unshare', [...way!, 'sh', '-c', command], { encoding: 'utf8' })) as Found;
};

const tried = way ? it : it.skip;
const reason = way ? '' : ' (not tried: this machine permits no network namespace)';

describe('outbound requests in a network with private and metadata addresses, and no way out', () => {
  tried(`reach neither by literals, names or redirections, with no connection at all${reason}`, () => {
    const found = inNamespace();
    expect([found.public, found.firstOfRebound, found.private]).toEqual(['8.8.8.8', '8.8.8.8', '10.0.0.1']);
    const answers = Object.values(found.forbidden);
    expect(answers).toHaveLength(20);
    expect(new Set(answers)).toEqual(new Set(['address-not-allowed']));
    // The public server took the two requests to it and the eight that it redirected.
    expect(found.reached).toEqual({ '8.8.8.8': 10, '10.0.0.1': 0, '169.254.169.254': 0 });
  });

  tried(`take the missing route for the trouble of this machine${reason}`, () => {
    expect(inNamespace().withoutRoute).toBe('own trouble: timeout');
  });
});
