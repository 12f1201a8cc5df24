import { describe, expect, it } from '@jest/globals';
import type { LinkedWindow } from './linked-window.js';
import { MaintenanceCalendar } from './maintenance-calendar.js';
import { newSettings } from './window-edit.js';

const at = (text: string): number => Date.parse(text);

const window = (id: string, monitorIds: string[], more: object = {}): LinkedWindow => ({
  ...newSettings({
    title: id,
    startsAt: '2026-12-01T10:00:00Z',
    endsAt: '2026-12-01T11:00:00Z',
    monitorIds,
    ...more,
  }),
  id,
  teamId: 'team_1',
  createdAt: new Date(0),
  updatedAt: new Date(0),
});

describe('MaintenanceCalendar', () => {
  it('knows which monitors are in maintenance, and when', () => {
    const calendar = new MaintenanceCalendar();
    calendar.replace([
      window('mnt_1', ['mon_1', 'mon_2']),
      window('mnt_2', ['mon_3'], { recurrence: 'daily' }),
    ]);
    const inMaintenance = (time: string) =>
      ['mon_1', 'mon_2', 'mon_3', 'mon_4'].filter((id) => calendar.isInMaintenance(id, at(time)));
    expect(inMaintenance('2026-12-01T09:59:59.999Z')).toEqual([]);
    expect(inMaintenance('2026-12-01T10:00:00Z')).toEqual(['mon_1', 'mon_2', 'mon_3']);
    expect(inMaintenance('2026-12-01T11:00:00Z')).toEqual([]);
    expect(inMaintenance('2026-12-09T10:30:00Z')).toEqual(['mon_3']);
  });

  it('takes over what was changed, and forgets what is gone', () => {
    const calendar = new MaintenanceCalendar();
    calendar.replace([
      window('mnt_1', ['mon_1', 'mon_2']),
      window('mnt_2', ['mon_1']),
      window('mnt_3', ['mon_1']),
    ]);
    const inMaintenance = () =>
      ['mon_1', 'mon_2', 'mon_3'].filter((id) => calendar.isInMaintenance(id, at('2026-12-01T10:30:00Z')));
    calendar.apply(['mnt_1', 'mnt_2'], [window('mnt_1', ['mon_3'])]);
    expect(inMaintenance()).toEqual(['mon_1', 'mon_3']);
    calendar.apply(['mnt_3', 'mnt_unknown'], []);
    expect(inMaintenance()).toEqual(['mon_3']);
    calendar.replace([]);
    expect(inMaintenance()).toEqual([]);
  });
});
