import { beforeEach, describe, expect, it } from '@jest/globals';
import { SHARDS, shardOf, slotAfter, slotAt } from '../../common/slot-grid.js';
import type { ScheduledMonitor } from './schedule.types.js';
import { Scheduler } from './scheduler.js';

const MINUTE = 60_000;
const monitor = (id: string, more: Partial<ScheduledMonitor> = {}): ScheduledMonitor => ({
  id,
  teamId: 'team_1',
  host: `${id}.example`,
  interval: MINUTE,
  timeout: 30_000,
  ...more,
});

const shop = monitor('shop');

/** A slot of `shop`. */
const SLOT = slotAfter(shop.id, MINUTE, 1_800_000_000_000);
const onGrid = { lastDueAt: SLOT - MINUTE, checkAtOnce: false };
const resumed = { lastDueAt: SLOT - MINUTE, checkAtOnce: true };

let scheduler: Scheduler;
beforeEach(() => {
  scheduler = new Scheduler({ total: 64, perHost: 8 });
});

/** What begins at `now`, as `trigger monitor dueAt - SLOT`. */
const begins = (now: number): string[] =>
  scheduler.due(now).starts.map(({ trigger, monitorId, dueAt }) => `${trigger} ${monitorId} ${dueAt - SLOT}`);

/** Checks that take no time. */
function begun(now: number): string[] {
  const starts = begins(now);
  for (const each of starts) scheduler.finished(each.split(' ')[1]!, now);
  return starts;
}

describe('a monitor on its grid', () => {
  it('is checked at its slot and not before', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    expect(begins(SLOT - 1)).toEqual([]);
    expect(scheduler.nextWakeUp(SLOT - 1)).toBe(SLOT);
    expect(begins(SLOT)).toEqual(['scheduled shop 0']);
  });

  it('is checked for its slot when the loop comes late', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    const { starts } = scheduler.due(SLOT + 40);
    expect(starts).toMatchObject([{ dueAt: SLOT, plannedAt: SLOT, readyAt: SLOT }]);
  });

  it('has one check in flight', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begins(SLOT);
    expect(begins(SLOT + MINUTE)).toEqual([]);
    expect(scheduler.nextWakeUp(SLOT + MINUTE)).toBeNull();
  });

  it('is checked once when several slots passed, and the others are skipped', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begins(SLOT);
    scheduler.finished('shop', SLOT + 3 * MINUTE + 10);
    expect(begun(SLOT + 3 * MINUTE + 10)).toEqual([`scheduled shop ${3 * MINUTE}`]);
    expect(scheduler.due(SLOT + 3 * MINUTE + 10).skipped).toEqual([
      { monitorId: 'shop', from: SLOT + MINUTE, interval: MINUTE, count: 2 },
    ]);
  });

  it('is ready when the check before is finished, however long its slot has passed', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begins(SLOT);
    scheduler.finished('shop', SLOT + MINUTE + 9_000);
    expect(scheduler.due(SLOT + MINUTE + 9_001).starts).toMatchObject([
      { plannedAt: SLOT + MINUTE, readyAt: SLOT + MINUTE + 9_000 },
    ]);
  });
});

describe('a new or resumed monitor', () => {
  it('is checked at once, then on the grid', () => {
    scheduler.add(shop, resumed, SLOT - 20_000);
    expect(begun(SLOT - 20_000)).toEqual(['scheduled shop -20000']);
    expect(begun(SLOT - 1)).toEqual([]);
    expect(begun(SLOT)).toEqual(['scheduled shop 0']);
  });

  it('is checked at once when it never was before', () => {
    scheduler.add(shop, { lastDueAt: null, checkAtOnce: false }, SLOT - 20_000);
    expect(begins(SLOT - 20_000)).toEqual(['scheduled shop -20000']);
  });

  it('is checked once when it comes on a slot', () => {
    scheduler.add(shop, resumed, SLOT);
    expect(begun(SLOT)).toEqual(['scheduled shop 0']);
    expect(scheduler.nextWakeUp(SLOT)).toBe(SLOT);
    expect(begun(SLOT)).toEqual([]);
    expect(scheduler.nextWakeUp(SLOT)).toBe(SLOT + MINUTE);
  });

  it('has nothing skipped for the time it was paused', () => {
    scheduler.add(shop, resumed, SLOT + 10 * MINUTE + 1);
    begun(SLOT + 10 * MINUTE + 1);
    expect(scheduler.due(SLOT + 10 * MINUTE + 2).skipped).toEqual([]);
  });

  it('waits for a check that was in flight when it was paused', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begins(SLOT);
    scheduler.pause('shop', SLOT + 10);
    scheduler.add(shop, resumed, SLOT + 20);
    expect(begins(SLOT + 20)).toEqual([]);
    scheduler.finished('shop', SLOT + 30);
    expect(begins(SLOT + 30)).toEqual(['scheduled shop 20']);
  });
});

describe('a monitor taken over', () => {
  it('is checked once for the latest slot it missed, and the others are skipped', () => {
    scheduler.add(shop, onGrid, SLOT + 5 * MINUTE + 700);
    const { starts } = scheduler.due(SLOT + 5 * MINUTE + 700);
    expect(starts).toMatchObject([{ dueAt: SLOT + 5 * MINUTE, readyAt: SLOT + 5 * MINUTE + 700 }]);
    scheduler.finished('shop', SLOT + 5 * MINUTE + 800);
    expect(scheduler.due(SLOT + 5 * MINUTE + 800).skipped).toEqual([
      { monitorId: 'shop', from: SLOT, interval: MINUTE, count: 5 },
    ]);
  });

  it('waits for its next slot when it missed none', () => {
    scheduler.add(shop, onGrid, SLOT - 100);
    expect(begins(SLOT - 100)).toEqual([]);
  });

  it('does not count slots as skipped before the check that follows them has finished', () => {
    scheduler.add(shop, onGrid, SLOT + 2 * MINUTE);
    begins(SLOT + 2 * MINUTE);
    expect(scheduler.due(SLOT + 2 * MINUTE + 1).skipped).toEqual([]);
  });
});

describe('an edit', () => {
  it('that keeps the interval keeps the grid', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    scheduler.update({ ...shop, timeout: 1_000 }, false, SLOT - 400);
    expect(begins(SLOT - 400)).toEqual([]);
    expect(begins(SLOT)).toEqual(['scheduled shop 0']);
  });

  it('of the interval moves to the other grid', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    const slot = slotAfter('shop', 5_000, SLOT - 400);
    scheduler.update({ ...shop, interval: 5_000 }, false, SLOT - 400);
    expect(scheduler.due(SLOT - 400).starts).toEqual([]);
    expect(scheduler.nextWakeUp(SLOT - 400)).toBe(slot);
  });

  it('of the interval counts the slots that were missed on the old grid', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begins(SLOT);
    scheduler.update({ ...shop, interval: 5_000 }, false, SLOT + 2 * MINUTE + 1);
    expect(scheduler.due(SLOT + 2 * MINUTE + 1).skipped).toEqual([
      { monitorId: 'shop', from: SLOT + MINUTE, interval: MINUTE, count: 2 },
    ]);
    scheduler.finished('shop', SLOT + 2 * MINUTE + 2);
    expect(begins(SLOT + 2 * MINUTE + 2)).toEqual([`scheduled shop ${2 * MINUTE + 1}`]);
  });

  it('of the target has it checked at once', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    scheduler.update({ ...shop, host: 'other.example' }, true, SLOT - 400);
    expect(scheduler.due(SLOT - 400).starts).toMatchObject([{ host: 'other.example', dueAt: SLOT - 400 }]);
  });

  it('of a monitor that is not scheduled changes nothing', () => {
    scheduler.update(shop, true, SLOT);
    expect([begins(SLOT), scheduler.has('shop')]).toEqual([[], false]);
  });
});

describe('a monitor that is paused or removed', () => {
  it('is not checked any more', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    scheduler.pause('shop', SLOT - 400);
    expect([begins(SLOT), scheduler.has('shop'), scheduler.nextWakeUp(SLOT)]).toEqual([[], false, null]);
  });

  it('has the slots counted that it missed before it was paused', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begins(SLOT);
    scheduler.pause('shop', SLOT + MINUTE);
    expect(scheduler.due(SLOT + MINUTE).skipped).toMatchObject([{ from: SLOT + MINUTE, count: 1 }]);
  });

  it('has nothing counted when it is removed', () => {
    scheduler.add(shop, onGrid, SLOT + 3 * MINUTE);
    begins(SLOT + 3 * MINUTE);
    scheduler.remove('shop');
    scheduler.finished('shop', SLOT + 3 * MINUTE + 1);
    expect(scheduler.due(SLOT + 3 * MINUTE + 1)).toEqual({ starts: [], skipped: [] });
  });

  it('leaves with its shard', () => {
    const many = Array.from({ length: 640 }, (_, i) => monitor(`monitor_${i}`));
    for (const each of many) scheduler.add(each, resumed, SLOT - 500);
    for (let shard = 0; shard < 63; shard += 1) scheduler.removeShard(shard);
    const left = many.filter(({ id }) => scheduler.has(id));
    expect(left.length).toBeGreaterThan(0);
    expect(scheduler.removeShard(63)).toEqual([]);
    expect([begins(SLOT), scheduler.waiting]).toEqual([[], 0]);
  });
});

describe('a shard that retires', () => {
  beforeEach(() => scheduler.add(shop, onGrid, SLOT - 500));

  it('has no check of its monitors begin', () => {
    scheduler.request(shop, SLOT - MINUTE, SLOT - 400);
    scheduler.retireShard(shardOf(shop.id));
    expect([begins(SLOT + MINUTE), scheduler.size]).toEqual([[], 0]);
  });

  it('has those in flight count, and the slots they left out', () => {
    expect(begins(SLOT + 2 * MINUTE)).toEqual([`scheduled shop ${2 * MINUTE}`]);
    scheduler.retireShard(shardOf(shop.id));
    scheduler.finished(shop.id, SLOT + 3 * MINUTE);
    expect(scheduler.due(SLOT + 3 * MINUTE)).toMatchObject({
      starts: [],
      skipped: [{ monitorId: shop.id, from: SLOT, count: 2 }],
    });
    expect(scheduler.size).toBe(0);
  });

  it('leaves the others alone', () => {
    scheduler.retireShard((shardOf(shop.id) + 1) % SHARDS);
    expect(begins(SLOT)).toEqual(['scheduled shop 0']);
  });
});

describe('a confirmation', () => {
  beforeEach(() => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begun(SLOT);
  });

  it('is made at the time asked for', () => {
    expect(scheduler.confirm('shop', SLOT + 10_000, SLOT + 5)).toBe(true);
    expect(begins(SLOT + 9_999)).toEqual([]);
    expect(begins(SLOT + 10_000)).toEqual(['confirmation shop 10000']);
  });

  it('gives way to a slot that comes first', () => {
    expect(scheduler.confirm('shop', SLOT + MINUTE, SLOT + 5)).toBe(false);
    expect(begun(SLOT + MINUTE)).toEqual([`scheduled shop ${MINUTE}`]);
    expect(begun(SLOT + 2 * MINUTE - 1)).toEqual([]);
  });

  it('gives way to a slot that came while it waited', () => {
    scheduler.setTotal(0);
    scheduler.confirm('shop', SLOT + 10_000, SLOT + 5);
    expect(begins(SLOT + 10_000)).toEqual([]);
    expect(begins(SLOT + MINUTE)).toEqual([]);
    scheduler.setTotal(8);
    expect(begun(SLOT + MINUTE)).toEqual([`scheduled shop ${MINUTE}`]);
    expect(begun(SLOT + MINUTE + 1)).toEqual([]);
  });

  it('is not needed any more when a check was made by hand', () => {
    scheduler.confirm('shop', SLOT + 10_000, SLOT + 5);
    scheduler.request(shop, null, SLOT + 7);
    expect(begun(SLOT + 7)).toEqual(['manual shop 7']);
    expect(begun(SLOT + 10_000)).toEqual([]);
  });

  it('is dropped with its monitor', () => {
    scheduler.confirm('shop', SLOT + 10_000, SLOT + 5);
    scheduler.remove('shop');
    expect(begins(SLOT + 10_000)).toEqual([]);
  });

  it('is not made for a monitor that is not scheduled', () => {
    scheduler.pause('shop', SLOT + 1);
    expect(scheduler.confirm('shop', SLOT + 10_000, SLOT + 5)).toBe(false);
    expect(begins(SLOT + 10_000)).toEqual([]);
  });
});

describe('a check by hand', () => {
  it('is made at once', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    scheduler.request(shop, null, SLOT - 300);
    expect(begun(SLOT - 300)).toEqual(['manual shop -300']);
    expect(begun(SLOT)).toEqual(['scheduled shop 0']);
  });

  it('is made of a paused monitor too, under an identity of its own', () => {
    scheduler.request(shop, SLOT - 300, SLOT - 300);
    expect(scheduler.nextWakeUp(SLOT - 300)).toBe(SLOT - 300);
    expect(begun(SLOT - 300)).toEqual(['manual shop -299']);
    expect([begun(SLOT), scheduler.has('shop')]).toEqual([[], false]);
  });

  it('is made when a monitor is paused that it was asked for', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begins(SLOT);
    scheduler.request(shop, null, SLOT + 1);
    scheduler.pause('shop', SLOT + 2);
    scheduler.finished('shop', SLOT + 3);
    expect(begins(SLOT + 3)).toEqual(['manual shop 1']);
  });

  it('waits for the one in flight', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begins(SLOT);
    scheduler.request(shop, null, SLOT + 5);
    expect(begins(SLOT + 6)).toEqual([]);
    scheduler.finished('shop', SLOT + 9);
    expect(begins(SLOT + 9)).toEqual(['manual shop 5']);
  });

  it('is the check of a slot that is due', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    scheduler.request(shop, null, SLOT);
    expect(begun(SLOT)).toEqual(['manual shop 0']);
    expect(begun(SLOT + 1)).toEqual([]);
  });

  it('never takes an identity of the grid', () => {
    scheduler.request(shop, null, SLOT);
    expect(begun(SLOT)).toEqual(['manual shop 1']);
  });

  it('is made once when asked for twice', () => {
    scheduler.request(shop, null, SLOT + 1);
    scheduler.request(shop, null, SLOT + 2);
    expect(begun(SLOT + 3)).toEqual(['manual shop 1']);
    expect(begun(SLOT + 4)).toEqual([]);
  });

  it('is told of when its monitor is removed before it began', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begins(SLOT);
    scheduler.request(shop, null, SLOT + 1);
    expect(scheduler.remove('shop')).toBe(true);
    expect(scheduler.remove('shop')).toBe(false);
    scheduler.finished('shop', SLOT + 2);
    expect(begins(SLOT + 3)).toEqual([]);
  });
});

describe('a wall clock that jumps', () => {
  const HOUR = 60 * MINUTE;

  beforeEach(() => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begun(SLOT);
  });

  it('forwards by an hour brings one late check, and skips the slots between', () => {
    scheduler.reanchor(SLOT + HOUR + 100);
    const { starts } = scheduler.due(SLOT + HOUR + 100);
    expect(starts).toMatchObject([{ dueAt: SLOT + HOUR, readyAt: SLOT + HOUR + 100 }]);
    scheduler.finished('shop', SLOT + HOUR + 200);
    expect(scheduler.due(SLOT + HOUR + 200).skipped).toMatchObject([{ from: SLOT + MINUTE, count: 59 }]);
  });

  it('back by an hour goes on at the slots of the new time, under identities that still rise', () => {
    scheduler.reanchor(SLOT - HOUR + 100);
    expect(begun(SLOT - HOUR + 100)).toEqual([]);
    const { starts } = scheduler.due(SLOT - HOUR + MINUTE);
    expect(starts).toMatchObject([{ dueAt: SLOT + 1, plannedAt: SLOT - HOUR + MINUTE }]);
    scheduler.finished('shop', SLOT - HOUR + MINUTE);
    expect(begun(SLOT - HOUR + 2 * MINUTE)).toEqual(['scheduled shop 2']);
  });

  it('back by less than an interval repeats no slot', () => {
    scheduler.reanchor(SLOT - 5_000);
    expect(begun(SLOT)).toEqual([]);
    expect(begun(SLOT + MINUTE)).toEqual([`scheduled shop ${MINUTE}`]);
  });

  it('back and forth counts nothing as skipped that was checked', () => {
    scheduler.reanchor(SLOT - HOUR + 100);
    scheduler.reanchor(SLOT + 200);
    expect(begun(SLOT + 200)).toEqual([]);
    expect(begun(SLOT + MINUTE)).toEqual([`scheduled shop ${MINUTE}`]);
    expect(scheduler.due(SLOT + MINUTE + 1).skipped).toEqual([]);
  });

  it('back skips the slots that were due and had not begun', () => {
    scheduler.setTotal(0);
    begins(SLOT + MINUTE);
    scheduler.reanchor(SLOT - HOUR);
    expect(scheduler.due(SLOT - HOUR).skipped).toMatchObject([{ from: SLOT + MINUTE, count: 1 }]);
  });

  it('back brings confirmations and checks by hand at once', () => {
    scheduler.confirm('shop', SLOT + 10_000, SLOT + 1);
    scheduler.reanchor(SLOT - HOUR + 100);
    expect(begun(SLOT - HOUR + 100)).toEqual(['confirmation shop 1']);
  });

  it('by a little lets time stand still', () => {
    scheduler.setTotal(0);
    begins(SLOT + MINUTE);
    scheduler.setTotal(64);
    expect(begins(SLOT + MINUTE - 600)).toEqual([`scheduled shop ${MINUTE}`]);
  });

  it('back during a downtime does not stop the checks of a monitor taken over', () => {
    scheduler = new Scheduler({ total: 64, perHost: 8 });
    scheduler.add(monitor('door'), { lastDueAt: SLOT, checkAtOnce: false }, SLOT - HOUR);
    const first = slotAt('door', MINUTE, SLOT - HOUR + MINUTE);
    expect(scheduler.due(first).starts).toMatchObject([
      { monitorId: 'door', dueAt: SLOT + 1, plannedAt: first },
    ]);
  });
});

describe('a scheduler that is stopped', () => {
  it('begins nothing, and waits for what is in flight', () => {
    scheduler.add(shop, onGrid, SLOT - 500);
    begins(SLOT);
    scheduler.stop();
    expect(scheduler.inFlight).toBe(1);
    scheduler.finished('shop', SLOT + MINUTE);
    expect([begins(SLOT + MINUTE), scheduler.inFlight, scheduler.nextWakeUp(SLOT + MINUTE)]).toEqual([
      [],
      0,
      null,
    ]);
  });
});
