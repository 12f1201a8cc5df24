import type { SightMessage } from '../notifications/senders/message.js';
import type { BlindEpisode } from './blind-episode.entity.js';

/** What channels are told of an episode. */
export const sightMessage = (
  { id, startedAt, endedAt }: BlindEpisode,
  sight: { readonly active: number; readonly unknown: number },
  team: SightMessage['team'],
): SightMessage => ({
  blindness: {
    id,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    durationSeconds: endedAt === null ? null : Math.round((endedAt - startedAt) / 1_000),
    unknownMonitors: sight.unknown,
    activeMonitors: sight.active,
  },
  team,
});
