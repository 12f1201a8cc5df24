import { type LinkedWindow, scheduleOf } from './linked-window.js';
import { isActiveAt, type MaintenanceSchedule } from './recurrence.js';

interface Entry {
  readonly id: string;
  readonly timetable: MaintenanceSchedule;
}

/** The windows that are not past, at hand for every check. */
export class MaintenanceCalendar {
  private readonly monitorIds = new Map<string, readonly string[]>();
  private readonly byMonitor = new Map<string, readonly Entry[]>();

  /** Forgets everything but `windows`. */
  replace(windows: readonly LinkedWindow[]): void {
    this.monitorIds.clear();
    this.byMonitor.clear();
    for (const window of windows) this.add(window);
  }

  /** Takes over what became of the windows `ids`: `windows` has those that there still are. */
  apply(ids: Iterable<string>, windows: readonly LinkedWindow[]): void {
    for (const id of ids) this.drop(id);
    for (const window of windows) this.add(window);
  }

  /** Whether a window for a monitor is active. Epoch milliseconds. */
  isInMaintenance(monitorId: string, at: number): boolean {
    return this.byMonitor.get(monitorId)?.some(({ timetable }) => isActiveAt(timetable, at)) ?? false;
  }

  private add(window: LinkedWindow): void {
    const entry = { id: window.id, timetable: scheduleOf(window) };
    this.monitorIds.set(window.id, window.monitorIds);
    for (const monitorId of window.monitorIds)
      this.byMonitor.set(monitorId, [...(this.byMonitor.get(monitorId) ?? []), entry]);
  }

  private drop(id: string): void {
    for (const monitorId of this.monitorIds.get(id) ?? []) {
      const rest = this.byMonitor.get(monitorId)!.filter((entry) => entry.id !== id);
      if (rest.length > 0) this.byMonitor.set(monitorId, rest);
      else this.byMonitor.delete(monitorId);
    }
    this.monitorIds.delete(id);
  }
}
