import { IANAZone } from 'luxon';

const MINUTE = 60_000;
const WEEK = 7 * 86_400_000;
/** How many weeks are remembered of a zone. */
const REMEMBERED = 1_000;

/**
 * How far the clocks of a time zone are ahead of UTC. To ask the database of time zones takes microseconds, so
 * weeks in which clocks do not change are remembered: no zone changes them twice within one.
 */
class ZoneOffsets {
  /** By their number since 1970; null for a week in which clocks change. */
  private readonly weeks = new Map<number, number | null>();
  private readonly zone: IANAZone;

  constructor(name: string) {
    this.zone = IANAZone.create(name);
  }

  /** In milliseconds. */
  at(instant: number): number {
    const week = Math.floor(instant / WEEK);
    let offset = this.weeks.get(week);
    if (offset === undefined) {
      offset = this.constantIn(week);
      if (this.weeks.size === REMEMBERED) this.weeks.clear();
      this.weeks.set(week, offset);
    }
    return offset ?? this.ask(instant);
  }

  private constantIn(week: number): number | null {
    const offset = this.ask(week * WEEK);
    return offset === this.ask((week + 1) * WEEK) ? offset : null;
  }

  private ask(instant: number): number {
    return this.zone.offset(instant) * MINUTE;
  }
}

const zones = new Map<string, ZoneOffsets>();

/** How far clocks in the IANA time zone `name` are ahead of UTC at `instant`. Both are in milliseconds. */
export function offsetAt(instant: number, name: string): number {
  let zone = zones.get(name);
  if (!zone) {
    zone = new ZoneOffsets(name);
    zones.set(name, zone);
  }
  return zone.at(instant);
}
