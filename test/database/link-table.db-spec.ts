import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AlertRuleChannel } from '../../src/alert-rules/alert-rule-links.entities.js';
import { AlertRule } from '../../src/alert-rules/alert-rule.entity.js';
import { newId } from '../../src/common/id.js';
import { LinkTable } from '../../src/database/link-table.js';
import { MonitoredDatabase } from '../monitored-database.js';

/** More than one statement names. */
const MANY = 501;

let database: MonitoredDatabase;
let links: LinkTable<AlertRuleChannel>;
let ruleIds: string[];
beforeAll(async () => {
  database = await MonitoredDatabase.make();
  links = new LinkTable(database.source.getRepository(AlertRuleChannel), 'ruleId', 'channelId');
});
afterAll(() => database.drop());
beforeEach(async () => {
  const teamId = await database.team();
  const rules = Array.from({ length: MANY }, (_, i) => ruleOf(teamId, `Rule ${i}`));
  ruleIds = rules.map(({ id }) => id);
  await database.transactions.run(async ({ manager }) => {
    for (const rule of rules) await manager.insert(AlertRule, rule);
  });
});

const write = (id: string, before: readonly string[], after: readonly string[]): Promise<void> =>
  database.transactions.run(async (tx) => {
    await links.deleteGone(tx, id, before, after);
    await links.insertAdded(tx, id, before, after);
  });

describe('a table of links', () => {
  it('tells what each of many things is linked to, sorted', async () => {
    const [first, last] = [ruleIds[0]!, ruleIds.at(-1)!];
    await write(first, [], ['chn_b', 'chn_a']);
    await write(last, [], ['chn_c']);
    const found = await links.linksOf(database.reads, ruleIds);
    expect(found.size).toBe(MANY);
    expect(found.get(first)).toEqual(['chn_a', 'chn_b']);
    expect(found.get(last)).toEqual(['chn_c']);
    expect(found.get(ruleIds[1]!)).toEqual([]);
  });

  it('asks nothing about nothing', async () => {
    expect(await links.linksOf(database.reads, [])).toEqual(new Map());
  });

  it('has what it was changed to', async () => {
    const [id] = ruleIds as [string];
    await write(id, [], ['chn_a', 'chn_b']);
    await write(id, ['chn_a', 'chn_b'], ['chn_b', 'chn_c']);
    expect((await links.linksOf(database.reads, [id])).get(id)).toEqual(['chn_b', 'chn_c']);
  });

  it('sees within a transaction what was written there', async () => {
    const [one, other] = ruleIds as [string, string];
    const channelId = newId('chn');
    const [found, linked] = await database.transactions.run(async (tx) => {
      await links.insertAdded(tx, other, [], [channelId]);
      await links.insertAdded(tx, one, [], [channelId]);
      return [await links.linksOf(tx.manager, [one]), await links.linkedTo(tx, channelId)] as const;
    });
    expect(found.get(one)).toEqual([channelId]);
    expect(linked).toEqual([one, other].toSorted());
  });
});

const ruleOf = (teamId: string, name: string): AlertRule => ({
  id: newId('rul'),
  teamId,
  name,
  nameKey: name.toLowerCase(),
  description: null,
  condition: 'check-failed',
  operator: null,
  value: null,
  window: null,
  scope: 'team',
  cooldownSeconds: 0,
  priority: 'high',
  triggerAfter: 1,
  resolveAfter: 1,
  active: true,
  createdAt: new Date('2026-03-01T00:00:00Z'),
  updatedAt: new Date('2026-03-01T00:00:00Z'),
});
