import { Injectable, type OnModuleInit } from '@nestjs/common';
import { systemActor } from '../auth/principal.js';
import { MonitorEvents } from '../monitors/monitor-events.js';
import { TeamChannels } from '../notifications/channels/team-channels.js';
import { ChannelEvents } from '../notifications/channels/channel-events.js';
import { TeamEvents } from '../plans/team-events.js';
import { AlertRulesRepository } from './alert-rules.repository.js';
import { newSettings } from './rule-edit.js';
import { RuleWriter } from './rule-writer.js';

/** The rule every team begins with, over all its monitors. */
const FIRST = { name: 'Check failed', condition: 'check-failed' } as const;

/** Makes the first rule of a team, and takes from rules the monitors and channels that are deleted. */
@Injectable()
export class RuleReferences implements OnModuleInit {
  constructor(
    private readonly rules: AlertRulesRepository,
    private readonly writer: RuleWriter,
    private readonly channels: TeamChannels,
    private readonly teamEvents: TeamEvents,
    private readonly monitorEvents: MonitorEvents,
    private readonly channelEvents: ChannelEvents,
  ) {}

  onModuleInit(): void {
    this.teamEvents.onCreated(async (tx, teamId, by) => {
      const channelIds = await this.channels.all(tx, teamId);
      await this.writer.insert(tx, teamId, newSettings({ ...FIRST, channelIds }), by);
    });
    this.monitorEvents.onRemoved(async (change, teamId, monitorId) => {
      for (const rule of await this.rules.lockNaming(change, monitorId)) {
        const monitorIds = rule.monitorIds.filter((id) => id !== monitorId);
        // Over no monitor it would wait for nothing, and look as if something were watched.
        const active = rule.active && monitorIds.length > 0;
        await this.writer.update(change, rule, { ...rule, monitorIds, active }, systemActor(teamId));
      }
    });
    this.channelEvents.onRemoved(async (change, teamId, channelId) => {
      for (const rule of await this.rules.lockTelling(change, channelId)) {
        const channelIds = rule.channelIds.filter((id) => id !== channelId);
        await this.writer.update(change, rule, { ...rule, channelIds }, systemActor(teamId));
      }
    });
    this.channelEvents.onReachable((tx, { id }) => this.writer.refreshTelling(tx, id));
  }
}
