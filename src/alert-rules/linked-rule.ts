import type { AlertRule } from './alert-rule.entity.js';

/** A rule with what it is linked to. */
export interface AlertRuleWithLinks extends AlertRule {
  /** Sorted. None with the scope `team`. */
  readonly monitorIds: readonly string[];
  /** Sorted. */
  readonly channelIds: readonly string[];
}
