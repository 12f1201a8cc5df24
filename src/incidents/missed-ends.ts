import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ChangeFeed } from '../database/change-feed.js';
import { findLocked } from '../database/locks.js';
import { ChannelEvents } from '../notifications/channel-events.js';
import { Outbox } from '../notifications/outbox.js';
import { Incident } from './incident.entity.js';
import { lockLast } from './incident-rows.js';

/**
 * Has channels that are active again told what is over by now, and of which they never heard that it is. The
 * next good check tells them: until then it may have begun anew.
 */
@Injectable()
export class MissedEnds implements OnModuleInit {
  constructor(
    private readonly channels: ChannelEvents,
    private readonly outbox: Outbox,
    private readonly feed: ChangeFeed,
  ) {}

  onModuleInit(): void {
    this.channels.onActivated(async ({ manager }, channelId) => {
      const owing: string[] = [];
      for (const incidentId of await this.outbox.missedEnds(manager, channelId))
        if (await owe(manager, incidentId, channelId)) owing.push(incidentId);
      await this.feed.publish(manager, 'incident', owing);
    });
  }
}

/** Notes that a channel is owed the end of an incident. Answers false where that is not the last one of its rule and monitor. */
async function owe(manager: EntityManager, incidentId: string, channelId: string): Promise<boolean> {
  const incident = await findLocked(manager, Incident, { id: incidentId });
  if (!incident) return false;
  const { ruleId, monitorId } = incident;
  const last = await lockLast(manager, { rule: { id: ruleId }, monitor: { id: monitorId } });
  if (last?.id !== incidentId || last.status !== 'resolved') return false;
  const toldChannelIds = [...new Set([...(last.toldChannelIds ?? []), channelId])];
  await manager.update(Incident, { id: incidentId }, { toldChannelIds, settled: false });
  return true;
}
