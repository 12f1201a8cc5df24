import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HostsFile, parseHosts } from './hosts-file.js';

describe('parseHosts()', () => {
  it('takes every name of a line, in lower case', () => {
    const names = parseHosts('10.0.0.1  Db db.internal\t# the database\n');
    expect([...names]).toEqual([
      ['db', ['10.0.0.1']],
      ['db.internal', ['10.0.0.1']],
    ]);
  });

  it('gathers the addresses of a name, in their plain form', () => {
    const names = parseHosts('10.0.0.1 db\r\nfd00:0:0::1 db\n::ffff:10.0.0.2 db');
    expect(names.get('db')).toEqual(['10.0.0.1', 'fd00::1', '10.0.0.2']);
  });

  it.each(['# 10.0.0.1 db', 'db 10.0.0.1', '10.1 db', '', '   ', '10.0.0.1'])(
    'sees no name in %j',
    (line) => {
      expect(parseHosts(line).size).toBe(0);
    },
  );
});

describe('HostsFile', () => {
  let directory: string;
  let path: string;
  let time = 0;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hosts-'));
    path = join(directory, 'hosts');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (text: string, at: number) => {
    writeFileSync(path, text);
    utimesSync(path, at, at);
  };

  it('notices a change of the file after a second', () => {
    write('10.0.0.1 db', 1);
    const hosts = new HostsFile(path, () => time);
    expect(hosts.addressesOf('db')).toEqual(['10.0.0.1']);
    write('10.0.0.2 db', 2);
    expect(hosts.addressesOf('db')).toEqual(['10.0.0.1']);
    time += 1_000;
    expect(hosts.addressesOf('db')).toEqual(['10.0.0.2']);
  });

  it('does without a file, and takes it when it comes', () => {
    const hosts = new HostsFile(path, () => time);
    expect(hosts.addressesOf('db')).toEqual([]);
    write('10.0.0.1 db', 1);
    time += 1_000;
    expect(hosts.addressesOf('db')).toEqual(['10.0.0.1']);
    rmSync(path);
    time += 1_000;
    expect(hosts.addressesOf('db')).toEqual([]);
  });
});
