import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type FindOptionsWhere, In, Not } from 'typeorm';
import { system } from '../access/principal.js';
import { type Change, Changes } from '../audit/changes.js';
import { findAllLocked } from '../database/locks.js';
import { planLimits } from '../plans/plan-limits.js';
import { TeamEvents } from '../plans/team-events.js';
import { channelTarget } from './channel-changes.js';
import { cancelPending } from './delivery-rows.js';
import { type DisabledReason, NotificationChannel } from './notification-channel.entity.js';

/** Why what waits to be sent to a channel that becomes inactive is cancelled. */
export const MADE_INACTIVE = 'The channel was made inactive.';

/** Undoes a change that turned out to be none. */
class AlreadyInactive extends Error {}

/** Makes channels inactive that nobody asked to: because the plan of their team changed, or their receiver is gone. */
@Injectable()
export class ChannelActivity implements OnModuleInit {
  constructor(
    private readonly teamEvents: TeamEvents,
    private readonly changes: Changes,
  ) {}

  onModuleInit(): void {
    this.teamEvents.onPlanChanged(async (change, teamId, plan) => {
      const type = Not(In([...planLimits[plan].channels]));
      await disable(change, { teamId, type }, 'plan-required');
    });
  }

  /** Makes a channel inactive whose receiver answered 410. Another answer to the same may have done it already. */
  async disableGone({ id, teamId }: Pick<NotificationChannel, 'id' | 'teamId'>): Promise<void> {
    try {
      await this.changes.run(system(teamId), async (change) => {
        if ((await disable(change, { id, teamId }, 'receiver-gone')) === 0) throw new AlreadyInactive();
      });
    } catch (error) {
      if (!(error instanceof AlreadyInactive)) throw error;
    }
  }
}

/** Makes the active ones among the channels `where` inactive, as the system. Answers how many those were. */
async function disable(
  change: Change,
  where: FindOptionsWhere<NotificationChannel> & { teamId: string },
  disabledReason: DisabledReason,
): Promise<number> {
  const { manager, at } = change;
  const channels = await findAllLocked(manager, NotificationChannel, { ...where, active: true });
  for (const channel of channels) {
    const { id } = channel;
    await manager.update(NotificationChannel, { id }, { active: false, disabledReason, updatedAt: at });
    await cancelPending(manager, id, MADE_INACTIVE);
    change.record('channel.disabled', channelTarget(channel), {
      by: system(where.teamId),
      changes: [
        { field: 'active', from: true, to: false },
        { field: 'disabledReason', from: channel.disabledReason, to: disabledReason },
      ],
    });
  }
  return channels.length;
}
