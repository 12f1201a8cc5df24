import type { Reading } from './reading.js';

/** What is stored of the last checks of monitors. */
export abstract class MonitorReadings {
  /** The readings of those of `monitorIds` that are monitors of the team and have been checked, by the monitor's id. */
  abstract of(teamId: string, monitorIds: readonly string[]): Promise<ReadonlyMap<string, Reading>>;
}
