import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { loadConfig } from '../../src/config/config.js';
import { dialect } from '../../src/config/dialect.js';
import { openDataSource, openReadDataSource } from '../../src/database/data-source.js';
import { entities } from '../entities.js';
import { Instance } from '../../src/database/instance.entity.js';
import { findLocked } from '../../src/database/locks.js';
import { migrate } from '../../src/database/migrate.js';
import { SqlReader } from '../../src/database/sql-reader.js';
import { type Transaction, Transactions } from '../../src/database/transactions.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';

let database: TestDatabase;
let source: DataSource;
let readSource: DataSource;
let reads: SqlReader;
let transactions: Transactions;

beforeAll(async () => {
  database = await newTestDatabase();
  const config = loadConfig(database.env);
  source = await openDataSource(config, { entities });
  await migrate(source);
  readSource = await openReadDataSource(config, source);
  reads = new SqlReader(readSource);
  transactions = new Transactions(source);
});
afterAll(async () => {
  for (const each of new Set([readSource, source])) await each.destroy();
  await database.drop();
});

/** A promise, and what fulfils it. */
function signal() {
  let give!: () => void;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { give, given };
}

const row = (id: string) => ({ id, fingerprint: id, createdAt: new Date() });
const insert =
  (id: string) =>
  ({ manager }: Transaction) =>
    manager.insert(Instance, row(id));
const find = (id: string) => reads.selectOne(Instance, 't.id = ?', [id]);

describe('Transactions', () => {
  it('undo one without taking anything of its neighbour along', async () => {
    const doomed = transactions.run(async (tx) => {
      await insert('doomed')(tx);
      await setImmediate();
      throw new Error('changed my mind');
    });
    const sound = transactions.run(insert('sound'));

    await expect(doomed).rejects.toThrow('changed my mind');
    await sound;
    expect([await find('doomed'), (await find('sound'))?.id]).toEqual([null, 'sound']);
  });

  it('show nobody what they may yet take back', async () => {
    const written = signal();
    const seen = signal();
    const running = transactions.run(async (tx) => {
      await insert('unseen')(tx);
      written.give();
      await seen.given;
    });
    await written.given;

    expect(await find('unseen')).toBeNull();
    seen.give();
    await running;
    expect((await find('unseen'))?.id).toBe('unseen');
  });

  it('go on after one that failed', async () => {
    await expect(transactions.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await transactions.run(insert('after'));
    expect(await find('after')).not.toBeNull();
  });

  it('are stored after some that the database took back by itself', async () => {
    const takenBack = (id: string) =>
      transactions.run(async (tx) => {
        await insert(id)(tx);
        await tx.manager.query('ROLLBACK');
        throw new Error('full');
      });
    for (const id of ['lost', 'lost too']) await expect(takenBack(id)).rejects.toThrow('full');
    await expect(transactions.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await transactions.run(insert('kept'));
    expect([await find('lost'), await find('lost too')]).toEqual([null, null]);
    expect(await find('kept')).not.toBeNull();
  });

  it('run again when they lose a deadlock, so that both of two that cross take effect', async () => {
    await transactions.run(insert('left'));
    await transactions.run(insert('right'));
    const arrivals = [signal(), signal()];
    const crossing = (mine: number, first: string, second: string) => {
      let runs = 0;
      return transactions.run(async ({ manager }) => {
        runs += 1;
        await findLocked(manager, Instance, { id: first });
        arrivals[mine]!.give();
        if (runs === 1 && dialect === 'mysql') await arrivals[1 - mine]!.given;
        const held = (await findLocked(manager, Instance, { id: second }))!;
        await manager.update(Instance, { id: second }, { fingerprint: `${held.fingerprint}+` });
      });
    };

    await Promise.all([crossing(0, 'left', 'right'), crossing(1, 'right', 'left')]);

    expect([(await find('left'))?.fingerprint, (await find('right'))?.fingerprint]).toEqual([
      'left+',
      'right+',
    ]);
  });
});

describe('a locked row', () => {
  it('makes counting exact when many count at once', async () => {
    await transactions.run(insert('counter'));
    const claim = (id: string) =>
      transactions.run(async ({ manager }) => {
        await findLocked(manager, Instance, { id: 'counter' });
        const taken = await manager.countBy(Instance, { fingerprint: 'seat' });
        if (taken < 5) await manager.insert(Instance, { ...row(id), fingerprint: 'seat' });
      });

    await Promise.all(Array.from({ length: 20 }, (_, i) => claim(`seat${i}`)));

    expect(await source.getRepository(Instance).countBy({ fingerprint: 'seat' })).toBe(5);
  });
});
