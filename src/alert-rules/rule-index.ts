import type { AlertRuleWithLinks } from './linked-rule.js';

/** The active rules, at hand for every check: those over a monitor are found without looking at any other. */
export class RuleIndex {
  private readonly rules = new Map<string, AlertRuleWithLinks>();
  private readonly byTeam = new Map<string, AlertRuleWithLinks[]>();
  private readonly byMonitor = new Map<string, AlertRuleWithLinks[]>();

  /** Forgets everything but `rules`. */
  replace(rules: readonly AlertRuleWithLinks[]): void {
    for (const index of [this.rules, this.byTeam, this.byMonitor]) index.clear();
    for (const rule of rules) this.add(rule);
  }

  /** Takes over what became of the rules `ids`: `rules` has those that there still are. */
  apply(ids: Iterable<string>, rules: readonly AlertRuleWithLinks[]): void {
    for (const id of ids) this.drop(id);
    for (const rule of rules) this.add(rule);
  }

  /** The active rules over a monitor: those of its team, then those that name it, each oldest first. */
  rulesOf(monitorId: string, teamId: string): readonly AlertRuleWithLinks[] {
    const ofTeam = this.byTeam.get(teamId);
    const ofMonitor = this.byMonitor.get(monitorId);
    if (!ofTeam || !ofMonitor) return ofTeam ?? ofMonitor ?? [];
    return [...ofTeam, ...ofMonitor];
  }

  private add(rule: AlertRuleWithLinks): void {
    if (!rule.active) return;
    this.rules.set(rule.id, rule);
    for (const [index, key] of this.placesOf(rule)) {
      const list = [...(index.get(key) ?? []), rule];
      index.set(
        key,
        list.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      );
    }
  }

  private drop(id: string): void {
    const rule = this.rules.get(id);
    if (!rule) return;
    this.rules.delete(id);
    for (const [index, key] of this.placesOf(rule)) {
      const rest = index.get(key)!.filter((other) => other.id !== id);
      if (rest.length > 0) index.set(key, rest);
      else index.delete(key);
    }
  }

  private placesOf({
    scope,
    teamId,
    monitorIds,
  }: AlertRuleWithLinks): Array<[index: Map<string, AlertRuleWithLinks[]>, key: string]> {
    if (scope === 'team') return [[this.byTeam, teamId]];
    return monitorIds.map((monitorId) => [this.byMonitor, monitorId]);
  }
}
