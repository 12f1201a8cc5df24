import { expect, jest } from '@jest/globals';
import { Changes } from '../src/audit/changes.js';
import type { TestApp } from './app.js';
import type { Answer } from './http-client.js';

/** Has `meanwhile` happen when the next request has passed the guards and wants to change something. */
export function beforeTheChange(app: TestApp, meanwhile: () => Promise<unknown>): void {
  const changes = app.get(Changes);
  for (const method of ['run', 'runAlone', 'runBefore'] as const) {
    const original = changes[method].bind(changes) as Changes['runAlone'];
    jest.spyOn(changes, method).mockImplementation(async (...change: Parameters<Changes['runAlone']>) => {
      jest.restoreAllMocks();
      await meanwhile();
      return original(...change);
    });
  }
}

/** That the request with this answer changed nothing, in any team. */
export async function expectNothingDone(app: TestApp, { headers }: Answer): Promise<void> {
  const events = await app.dataSource.query(
    "SELECT action FROM audit_events WHERE requestId = ? AND outcome = 'success'",
    [headers['request-id']],
  );
  expect(events).toEqual([]);
}
