import type { SkippedSlots } from '../result/check-result.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** For how long hours are kept: what was skipped before is not counted. */
const REMEMBERED_MS = 90 * DAY_MS;

/** When the last slot of a gap was due. */
export const lastSlotOf = ({ from, interval, count }: SkippedSlots): number => from + (count - 1) * interval;

/** How many slots of a gap are due before `time`. */
export const slotsBefore = ({ from, interval, count }: SkippedSlots, time: number): number =>
  Math.min(count, Math.max(0, Math.ceil((time - from) / interval)));

/** Whether it is too long to be counted by the minute: over an hour. */
export const isLong = ({ interval, count }: SkippedSlots): boolean => interval * count > HOUR_MS;

/** The slots of a gap that are due after `time`, and in the 90 days before its end. Null where there are none. */
export function remainderOf(slots: SkippedSlots, time: number | null): SkippedSlots | null {
  const since = Math.max(lastSlotOf(slots) - REMEMBERED_MS, (time ?? -Infinity) + 1);
  const rest = without(slots, slotsBefore(slots, since));
  return rest.count > 0 ? rest : null;
}

/** Parts of a gap that follow each other, of at most so many hours each. */
export function partsOf(gap: SkippedSlots, hours: number): SkippedSlots[] {
  const slots = Math.max(1, Math.floor((hours * HOUR_MS) / gap.interval));
  const parts: SkippedSlots[] = [];
  let rest = gap;
  for (; rest.count > slots; rest = without(rest, slots)) parts.push({ ...rest, count: slots });
  return [...parts, rest];
}

/** The most rollups that the slots of a gap can fall into. */
export function mostRollupsOf(slots: SkippedSlots): number {
  const span = slots.interval * slots.count;
  const most = (stretch: number) => Math.min(slots.count, Math.ceil(span / stretch) + 1);
  return most(HOUR_MS) + most(DAY_MS) + (isLong(slots) ? 0 : most(60_000));
}

/** Gaps in groups that each fall into at most about `most` rollups, in their order. */
export function inGroups(skipped: readonly SkippedSlots[], most: number): SkippedSlots[][] {
  const groups: SkippedSlots[][] = [];
  let room = 0;
  for (const part of skipped.flatMap((slots) => partsOf(slots, most / 2))) {
    const size = mostRollupsOf(part);
    if (size > room) {
      groups.push([]);
      room = most;
    }
    groups.at(-1)!.push(part);
    room -= size;
  }
  return groups;
}

const without = (gap: SkippedSlots, slots: number): SkippedSlots => ({
  ...gap,
  from: gap.from + slots * gap.interval,
  count: gap.count - slots,
});
