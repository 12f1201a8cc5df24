import { describe, expect, it } from '@jest/globals';
import { pendingStatus } from './monitor-status.js';
import type { Monitor } from './monitor.entity.js';
import { initialMonitor, monitorChanges } from './monitor-changes.js';
import { defaultSettings } from './settings.js';

const now = new Date();
const monitor: Monitor = {
  ...defaultSettings({ name: 'API', url: 'https://example.com' }),
  ...pendingStatus,
  id: 'mon_1',
  teamId: 'team_1',
  projectId: 'prj_1',
  headers: [{ name: 'X-Key', value: 'sealed 1' }],
  auth: { type: 'basic', username: 'ada', password: 'sealed 2' },
  body: 'canary',
  createdAt: now,
  updatedAt: now,
};

describe('initialMonitor()', () => {
  it('tells of write-only values and the body only that they are there', () => {
    const changes = initialMonitor(monitor);
    expect(changes).toEqual(
      expect.arrayContaining([
        { field: 'headers', from: null, to: ['X-Key'] },
        { field: 'auth', from: null, to: 'basic ada' },
        { field: 'headers.X-Key', redacted: true },
        { field: 'auth.password', redacted: true },
        { field: 'body', redacted: true },
      ]),
    );
    expect(JSON.stringify(changes)).not.toMatch(/sealed|canary/);
  });
});

describe('monitorChanges()', () => {
  it('tells of nothing where nothing changed', () => {
    expect(monitorChanges(monitor, { ...monitor, updatedAt: new Date(0) })).toEqual([]);
  });

  it('tells which secret changed', () => {
    const headers = [{ name: 'X-Key', value: 'sealed 3' }];
    expect(monitorChanges(monitor, { ...monitor, headers })).toEqual([
      { field: 'headers.X-Key', redacted: true },
    ]);
  });

  it('tells what was cleared', () => {
    const headers = [{ name: 'X-Key', value: null }];
    expect(monitorChanges(monitor, { ...monitor, headers })).toEqual([
      { field: 'headers.X-Key', redacted: true, cleared: true },
    ]);
  });

  it('tells that a header and the auth went', () => {
    expect(monitorChanges(monitor, { ...monitor, headers: [], auth: { type: 'none' } })).toEqual([
      { field: 'headers', from: ['X-Key'], to: [] },
      { field: 'auth', from: 'basic ada', to: 'none' },
      { field: 'headers.X-Key', redacted: true },
      { field: 'auth.password', redacted: true },
    ]);
  });
});
