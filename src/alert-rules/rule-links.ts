import { inList } from '../database/in-list.js';
import { AlertRuleChannel, AlertRuleMonitor } from './alert-rule-links.entities.js';
import type { AlertRule } from './alert-rule.entity.js';
import type { AlertRuleWithLinks } from './linked-rule.js';
import type { Transaction } from '../database/transactions.js';

/** Asks the database: within a transaction through its manager, otherwise through `SqlReader`. */
export type Query = <Row>(sql: string, values: readonly unknown[]) => Promise<Row[]>;

interface Link {
  readonly ruleId: string;
  readonly linkedId: string;
}

const BATCH = 500;

/** `rules` with what they are linked to, in the same order. */
export async function withLinks(query: Query, rules: readonly AlertRule[]): Promise<AlertRuleWithLinks[]> {
  const linked: AlertRuleWithLinks[] = [];
  for (let i = 0; i < rules.length; i += BATCH) {
    const some = rules.slice(i, i + BATCH);
    const ids = some.map(({ id }) => id);
    const monitors = await linksOf(query, 'alert_rule_monitors', 'monitorId', ids);
    const channels = await linksOf(query, 'alert_rule_channels', 'channelId', ids);
    for (const rule of some)
      linked.push({
        ...rule,
        monitorIds: monitors.get(rule.id) ?? [],
        channelIds: channels.get(rule.id) ?? [],
      });
  }
  return linked;
}

async function linksOf(
  query: Query,
  table: string,
  column: string,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const { marks, bound } = inList(ids);
  const links = await query<Link>(
    `SELECT ruleId, ${column} AS linkedId FROM ${table} WHERE ruleId IN (${marks}) ORDER BY ruleId, ${column}`,
    bound,
  );
  const byRule = new Map<string, string[]>();
  for (const { ruleId, linkedId } of links) {
    const known = byRule.get(ruleId);
    if (known) known.push(linkedId);
    else byRule.set(ruleId, [linkedId]);
  }
  return byRule;
}

type Linked = Pick<AlertRuleWithLinks, 'id' | 'monitorIds' | 'channelIds'>;

/** Links a rule to what `after` says, where it was linked to what `before` says. */
export async function writeLinks({ manager }: Transaction, before: Linked, after: Linked): Promise<void> {
  const ruleId = after.id;
  const monitors = different(before.monitorIds, after.monitorIds);
  const channels = different(before.channelIds, after.channelIds);
  for (const monitorId of monitors.gone) await manager.delete(AlertRuleMonitor, { ruleId, monitorId });
  for (const channelId of channels.gone) await manager.delete(AlertRuleChannel, { ruleId, channelId });
  if (monitors.added.length > 0)
    await manager.insert(
      AlertRuleMonitor,
      monitors.added.map((monitorId) => ({ ruleId, monitorId })),
    );
  if (channels.added.length > 0)
    await manager.insert(
      AlertRuleChannel,
      channels.added.map((channelId) => ({ ruleId, channelId })),
    );
}

const different = (before: readonly string[], after: readonly string[]) => ({
  gone: before.filter((id) => !after.includes(id)),
  added: after.filter((id) => !before.includes(id)),
});
