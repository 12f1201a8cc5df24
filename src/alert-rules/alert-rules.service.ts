import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../audit/audited-transactions.js';
import { LatestChecks } from '../checks/latest-checks.js';
import { foreignIdIssues } from '../http/id-list.js';
import type { ValidationIssue } from '../http/validation-issue.js';
import { type Page, Pages } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { throwIfInvalid } from '../http/validation.pipe.js';
import { MonitorsRepository } from '../monitors/monitors.repository.js';
import { TeamChannels } from '../notifications/channels/team-channels.js';
import { PlansRepository } from '../plans/plans.repository.js';
import { NotFound } from '../problems/common.problems.js';
import { AlertRuleDto, type ListAlertRulesDto } from './alert-rule.dto.js';
import type { CreateAlertRuleDto, UpdateAlertRuleDto } from './alert-rule-input.dto.js';
import { AlertRuleTestDto } from './alert-rule-test.dto.js';
import { AlertRuleLimitReached } from './alert-rules.problems.js';
import { AlertRulesRepository } from './alert-rules.repository.js';
import { dryRun } from './dry-run.js';
import type { AlertRuleWithLinks } from './linked-rule.js';
import { RuleEvents } from './rule-events.js';
import { editRule, newSettings } from './rule-edit.js';
import { RuleWriter, ruleTarget } from './rule-writer.js';
import type { Transaction } from '../database/transactions.js';

/** How many rules a team can have, whatever its plan: every check is held against all that are over its monitor. */
const MOST = 100;

@Injectable()
export class AlertRulesService {
  constructor(
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
    private readonly plans: PlansRepository,
    private readonly monitors: MonitorsRepository,
    private readonly channels: TeamChannels,
    private readonly rules: AlertRulesRepository,
    private readonly writer: RuleWriter,
    private readonly events: RuleEvents,
    private readonly readings: LatestChecks,
  ) {}

  create(by: Principal, input: CreateAlertRuleDto): Promise<AlertRuleDto> {
    return this.audited.run(by, async (tx) => {
      await this.plans.lockTeam(tx, by.teamId);
      await this.requireRoom(tx, by.teamId);
      throwIfInvalid(await this.linkFaults(tx, by.teamId, input));
      return AlertRuleDto.from(await this.writer.insert(tx, by.teamId, newSettings(input)));
    });
  }

  /** The team's rules, oldest first. */
  async list(by: Principal, query: ListAlertRulesDto): Promise<Page<AlertRuleDto>> {
    const { monitorId } = query;
    if (monitorId !== undefined && !(await this.monitors.has(by.teamId, monitorId)))
      return { data: [], nextCursor: null };
    const page = await this.pages.read(by, this.rules.listing(by.teamId, query), query, (rule) => rule);
    return { ...page, data: (await this.rules.withLinks(page.data)).map(AlertRuleDto.from) };
  }

  async get(by: Principal, id: string): Promise<AlertRuleDto> {
    return AlertRuleDto.from(await this.find(by, id));
  }

  update(by: Principal, id: string, input: UpdateAlertRuleDto): Promise<AlertRuleDto> {
    return this.audited.run(by, async (tx) => {
      await this.plans.lockTeam(tx, by.teamId);
      const rule = await this.lock(tx, by, id);
      expectMatch(by, AlertRuleDto.from(rule));
      const { edited, issues } = editRule(rule, input);
      throwIfInvalid([...issues, ...(await this.linkFaults(tx, by.teamId, input))]);
      const updated = await this.writer.update(tx, rule, edited);
      await this.events.announceUpdated(tx, updated);
      return AlertRuleDto.from(updated);
    });
  }

  remove(by: Principal, id: string): Promise<void> {
    return this.audited.run(by, async (tx) => {
      await this.plans.lockTeam(tx, by.teamId);
      const rule = await this.lock(tx, by, id);
      expectMatch(by, AlertRuleDto.from(rule));
      await this.writer.remove(tx, rule);
    });
  }

  /** Holds a rule against what is known of its monitors. Changes nothing; the log tells that somebody tried it. */
  async test(by: Principal, id: string): Promise<AlertRuleTestDto> {
    const rule = await this.find(by, id);
    const team = await this.monitors.findNamed(by.teamId);
    const inScope = team.filter((monitor) => rule.scope === 'team' || rule.monitorIds.includes(monitor.id));
    const ids = inScope.map((monitor) => monitor.id);
    const readings = await this.readings.of(ids, rule.window);
    await this.audited.run(by, async (tx) => tx.record('alert-rule.tested', ruleTarget(rule)));
    return AlertRuleTestDto.of(dryRun(rule, inScope, readings));
  }

  private async requireRoom(tx: Transaction, teamId: string): Promise<void> {
    const used = await this.rules.count(tx, teamId);
    if (used < MOST) return;
    throw new AlertRuleLimitReached(`A team can have ${MOST} alert rules.`, { limit: MOST, used });
  }

  /** The monitors and channels of an input that the team does not have. */
  private async linkFaults(
    tx: Transaction,
    teamId: string,
    { monitorIds = [], channelIds = [] }: UpdateAlertRuleDto,
  ): Promise<ValidationIssue[]> {
    const monitors = await this.monitors.findOwned(tx, teamId, monitorIds);
    const channels = await this.channels.owned(tx, teamId, channelIds);
    return [
      ...foreignIdIssues('monitorIds', monitorIds, monitors, 'monitor'),
      ...foreignIdIssues('channelIds', channelIds, channels, 'channel'),
    ];
  }

  private async find(by: Principal, id: string): Promise<AlertRuleWithLinks> {
    const rule = await this.rules.find(by.teamId, id);
    if (!rule) throw notFound(id);
    return rule;
  }

  private async lock(tx: AuditedTransaction, { teamId }: Principal, id: string): Promise<AlertRuleWithLinks> {
    const rule = await this.rules.lockOf(tx, teamId, id);
    if (!rule) throw notFound(id);
    return rule;
  }
}

const notFound = (id: string) => new NotFound(`There is no alert rule ${id}.`);
