import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { AlertRuleWithLinks } from './linked-rule.js';
import { newSettings } from './rule-edit.js';
import { RuleIndex } from './rule-index.js';

const rule = (id: string, more: Partial<AlertRuleWithLinks> = {}): AlertRuleWithLinks => ({
  ...newSettings({ name: id, condition: 'check-failed' }),
  id,
  teamId: 'team_1',
  createdAt: new Date(0),
  updatedAt: new Date(0),
  ...more,
});

const over = (...monitorIds: string[]) => ({ scope: 'monitors', monitorIds }) as const;

const idsOf = (book: RuleIndex, monitorId: string, teamId = 'team_1'): string[] =>
  book.rulesOf(monitorId, teamId).map(({ id }) => id);

describe('RuleIndex', () => {
  it('finds the rules of the team and those that name the monitor', () => {
    const book = new RuleIndex();
    book.replace([
      rule('rul_3'),
      rule('rul_1', over('mon_1', 'mon_2')),
      rule('rul_2', over('mon_2')),
      rule('rul_4', { teamId: 'team_2' }),
    ]);
    expect(idsOf(book, 'mon_1')).toEqual(['rul_3', 'rul_1']);
    expect(idsOf(book, 'mon_2')).toEqual(['rul_3', 'rul_1', 'rul_2']);
    expect(idsOf(book, 'mon_3', 'team_2')).toEqual(['rul_4']);
    expect(idsOf(book, 'mon_3', 'team_3')).toEqual([]);
  });

  it('takes over a rule that was changed, and forgets one that is gone or inactive', () => {
    const book = new RuleIndex();
    book.replace([rule('rul_1', over('mon_1')), rule('rul_2', over('mon_1')), rule('rul_3', over('mon_1'))]);
    book.apply(
      ['rul_1', 'rul_2', 'rul_3'],
      [rule('rul_1', over('mon_2')), rule('rul_3', { ...over('mon_1'), active: false })],
    );
    expect(idsOf(book, 'mon_1')).toEqual([]);
    expect(idsOf(book, 'mon_2')).toEqual(['rul_1']);
  });

  it('is after any changes what it would be if it began with their outcome', () => {
    const rules = fc.record({
      id: fc.constantFrom('rul_1', 'rul_2', 'rul_3', 'rul_4'),
      teamId: fc.constantFrom('team_1', 'team_2'),
      active: fc.boolean(),
      links: fc.option(fc.uniqueArray(fc.constantFrom('mon_1', 'mon_2', 'mon_3'), { minLength: 1 })),
      isGone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(rules), (steps) => {
        const [changed, fresh] = [new RuleIndex(), new RuleIndex()];
        const now = new Map<string, AlertRuleWithLinks>();
        for (const { id, teamId, active, links, isGone } of steps) {
          const next = rule(id, { teamId, active, ...(links && over(...links)) });
          if (isGone) now.delete(id);
          else now.set(id, next);
          changed.apply([id], isGone ? [] : [next]);
        }
        fresh.replace([...now.values()]);
        for (const team of ['team_1', 'team_2'])
          for (const monitor of ['mon_1', 'mon_2', 'mon_3'])
            expect(changed.rulesOf(monitor, team)).toEqual(fresh.rulesOf(monitor, team));
      }),
    );
  });
});
