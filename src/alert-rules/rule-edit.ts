import { nameKey } from '../common/name.js';
import type { InputFault } from '../http/input-fault.js';
import type { CreateAlertRuleDto, UpdateAlertRuleDto } from './alert-rule-input.dto.js';
import { conditionFaults } from './condition-faults.js';
import type { LinkedRule } from './linked-rule.js';
import { scopeFaults } from './scope-faults.js';

/** What callers decide of a rule. */
export type RuleSettings = Omit<LinkedRule, 'id' | 'teamId' | 'createdAt' | 'updatedAt'>;

const noCondition = { operator: null, value: null, window: null };

/** The settings of a new rule. */
export const newSettings = (input: CreateAlertRuleDto): RuleSettings => ({
  description: null,
  ...noCondition,
  scope: 'team',
  cooldownSeconds: 900,
  priority: 'high',
  triggerAfter: 1,
  resolveAfter: 2,
  active: true,
  ...input,
  nameKey: nameKey(input.name),
  monitorIds: (input.monitorIds ?? []).toSorted(),
  channelIds: (input.channelIds ?? []).toSorted(),
});

/**
 * A rule with an edit of it, and what of the outcome does not fit together. Another condition begins without
 * operator, value and window, and the scope `team` without monitors, unless the edit says otherwise.
 */
export function editRule(
  rule: LinkedRule,
  input: UpdateAlertRuleDto,
): { edited: LinkedRule; faults: InputFault[] } {
  const isOther = input.condition !== undefined && input.condition !== rule.condition;
  const edited: LinkedRule = {
    ...rule,
    ...(isOther && noCondition),
    ...(input.scope === 'team' && { monitorIds: [] }),
    ...input,
    ...(input.name !== undefined && { nameKey: nameKey(input.name) }),
  };
  const sorted = {
    ...edited,
    monitorIds: edited.monitorIds.toSorted(),
    channelIds: edited.channelIds.toSorted(),
  };
  return {
    edited: sorted,
    faults: [...conditionFaults(edited), ...(isLeftOver(rule, edited) ? [] : scopeFaults(edited))],
  };
}

/** A rule whose monitors were all deleted can be edited like any other, as long as it stays inactive. */
const isLeftOver = (before: LinkedRule, { active, scope, monitorIds }: LinkedRule): boolean =>
  !active &&
  scope === 'monitors' &&
  before.scope === 'monitors' &&
  before.monitorIds.length === 0 &&
  monitorIds.length === 0;
