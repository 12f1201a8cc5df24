import { expect, jest } from '@jest/globals';
import { AuditedTransactions } from '../src/audit/audited-transactions.js';
import type { TestApp } from './app.js';
import type { Answer } from './http-client.js';

/** Has `meanwhile` happen when the next request has passed the guards and wants to change something. */
export function beforeTheChange(app: TestApp, meanwhile: () => Promise<unknown>): void {
  const audited = app.get(AuditedTransactions);
  for (const method of ['run', 'runAlone', 'runBefore'] as const) {
    const original = audited[method].bind(audited) as AuditedTransactions['runAlone'];
    jest
      .spyOn(audited, method)
      .mockImplementation(async (...change: Parameters<AuditedTransactions['runAlone']>) => {
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
