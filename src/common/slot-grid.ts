/**
 * When a monitor's checks are due: at `phase + k * interval` of epoch time, where the phase follows from the
 * monitor's id. The grid needs no storage, and restarts, other processes and clock steps all land on it.
 * Times and intervals are in milliseconds.
 */

/** FNV-1a, 32 bits: spreads identifiers evenly, and is the same everywhere for ever. */
export function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  // FNV's low bits follow the last character closely; what is taken modulo must depend on all of them.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const phaseOf = (id: string, interval: number): number => hashOf(id) % interval;

/** The last slot at or before `time`. */
export function slotAt(id: string, interval: number, time: number): number {
  const phase = phaseOf(id, interval);
  return Math.floor((time - phase) / interval) * interval + phase;
}

/** The first slot after `time`. */
export const slotAfter = (id: string, interval: number, time: number): number =>
  slotAt(id, interval, time) + interval;

/** The virtual shards that processes share the monitors by. */
export const SHARDS = 64;
export const shardOf = (id: string): number => hashOf(id) % SHARDS;
