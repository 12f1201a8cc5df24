import { describe, expect, it } from '@jest/globals';
import type { UpdateAlertRuleDto } from './alert-rule-input.dto.js';
import type { AlertRuleWithLinks } from './linked-rule.js';
import { editRule, newSettings } from './rule-edit.js';

const at = new Date(0);
const slow: AlertRuleWithLinks = {
  ...newSettings({ name: 'Slow', condition: 'response-time', operator: 'above', value: 500 }),
  id: 'rul_1',
  teamId: 'team_1',
  createdAt: at,
  updatedAt: at,
};
const named: AlertRuleWithLinks = { ...slow, scope: 'monitors', monitorIds: ['mon_1', 'mon_2'] };
const leftOver: AlertRuleWithLinks = { ...named, monitorIds: [], active: false };

const issues = (rule: AlertRuleWithLinks, input: UpdateAlertRuleDto): string[] =>
  editRule(rule, input).issues.map(({ pointer, code }) => `${pointer} ${code}`);

describe('editRule', () => {
  it('begins another condition without what the old one took', () => {
    const { edited } = editRule(slow, { condition: 'check-failed' });
    expect(edited).toMatchObject({ condition: 'check-failed', operator: null, value: null });
    expect(issues(slow, { condition: 'check-failed' })).toEqual([]);
    expect(issues(slow, { condition: 'status-code' })).toEqual(['/operator required', '/value required']);
  });

  it('keeps the rest of a condition that is named again', () => {
    expect(editRule(slow, { condition: 'response-time', value: 9 }).edited).toMatchObject({
      operator: 'above',
      value: 9,
    });
  });

  it('holds a single member against the condition there is', () => {
    expect(issues(slow, { operator: 'equals' })).toEqual(['/operator is-in']);
    expect(issues(slow, { value: null })).toEqual(['/value required']);
    expect(issues(slow, { window: '7d' })).toEqual(['/window not-taken']);
  });

  it('takes the monitors from a rule that comes to be over the team', () => {
    expect(editRule(named, { scope: 'team' }).edited.monitorIds).toEqual([]);
    expect(issues(named, { scope: 'team' })).toEqual([]);
    expect(issues(slow, { monitorIds: ['mon_1'] })).toEqual(['/monitorIds not-taken']);
  });

  it('refuses a rule over no monitor', () => {
    expect(issues(named, { monitorIds: [] })).toEqual(['/monitorIds array-not-empty']);
    expect(issues(slow, { scope: 'monitors' })).toEqual(['/monitorIds array-not-empty']);
    expect(issues({ ...slow, active: false }, { scope: 'monitors' })).toEqual([
      '/monitorIds array-not-empty',
    ]);
  });

  it('lets a rule whose monitors are gone be edited, but not be active', () => {
    expect(issues(leftOver, { name: 'Gone', monitorIds: [], active: false })).toEqual([]);
    expect(issues(leftOver, { active: true })).toEqual(['/monitorIds array-not-empty']);
    expect(issues(leftOver, { active: true, monitorIds: ['mon_3'] })).toEqual([]);
  });

  it('sorts what a rule is linked to', () => {
    expect(editRule(named, { monitorIds: ['mon_2', 'mon_1'] }).edited.monitorIds).toEqual(named.monitorIds);
  });
});
