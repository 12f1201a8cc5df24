import { nameKey } from '../common/name.js';
import type { ValidationIssue } from '../http/validation-issue.js';
import type { CreateAlertRuleDto, UpdateAlertRuleDto } from './alert-rule-input.dto.js';
import { conditionIssues } from './condition.validation.js';
import type { AlertRuleWithLinks } from './linked-rule.js';
import { scopeIssues } from './scope.validation.js';

/** What callers decide of a rule. */
export type RuleSettings = Omit<AlertRuleWithLinks, 'id' | 'teamId' | 'createdAt' | 'updatedAt'>;

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
  rule: AlertRuleWithLinks,
  input: UpdateAlertRuleDto,
): { edited: AlertRuleWithLinks; issues: ValidationIssue[] } {
  const isOther = input.condition !== undefined && input.condition !== rule.condition;
  const edited: AlertRuleWithLinks = {
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
    issues: [...conditionIssues(edited), ...(isLeftOver(rule, edited) ? [] : scopeIssues(edited))],
  };
}

/** A rule whose monitors were all deleted can be edited like any other, as long as it stays inactive. */
const isLeftOver = (before: AlertRuleWithLinks, { active, scope, monitorIds }: AlertRuleWithLinks): boolean =>
  !active &&
  scope === 'monitors' &&
  before.scope === 'monitors' &&
  before.monitorIds.length === 0 &&
  monitorIds.length === 0;
