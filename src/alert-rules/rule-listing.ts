import { nameKey } from '../common/name.js';
import type { Condition } from '../database/condition.js';
import type { Listing } from '../http/listing.js';
import type { ListAlertRulesDto } from './alert-rule.dto.js';
import { AlertRule } from './alert-rule.entity.js';

const OVER_MONITOR =
  "(t.scope = 'team' OR t.id IN (SELECT m.ruleId FROM alert_rule_monitors m WHERE m.monitorId = ?))";

/** The rules of a team that `query` asks for, oldest first. A monitor it names is one of the team. */
export function ruleListing(teamId: string, query: ListAlertRulesDto): Listing<AlertRule> {
  const { active, priority, monitorId, q } = query;
  const conditions: Condition[] = [['t.teamId = ?', teamId]];
  if (active !== undefined) conditions.push(['t.active = ?', Number(active)]);
  if (priority !== undefined) conditions.push(['t.priority = ?', priority]);
  if (monitorId !== undefined) conditions.push([OVER_MONITOR, monitorId]);
  if (q !== undefined) conditions.push(['INSTR(t.nameKey, ?) > 0', nameKey(q)]);
  return { entity: AlertRule, conditions, orderBy: ['id'], descending: false };
}
