import { describe, expect, it } from '@jest/globals';
import type { HttpExchange } from '../../egress/exchange.js';
import { failed, attemptResultOf, deliveryUpdateOf } from './attempt-result.js';

const NOW = Date.parse('2026-11-20T16:45:00Z');
const MIDDLE = 0.5;

const exchange = (more: Partial<HttpExchange>): HttpExchange => ({
  response: null,
  failure: null,
  detail: null,
  isInternalError: false,
  phases: { dns: null, connect: null, tls: null, firstByte: null, total: 1 },
  address: null,
  certificate: null,
  bodyBytes: 0,
  ...more,
});

const answer = (statusCode: number, headers: Record<string, string> = {}) =>
  attemptResultOf(exchange({ response: { statusCode, headers, body: Buffer.alloc(0), isCut: false } }), NOW);

describe('attemptResultOf', () => {
  it.each([200, 201, 202, 204])('takes %i as delivered', (statusCode) => {
    expect(answer(statusCode)).toEqual({ kind: 'delivered', statusCode });
  });

  it.each([302, 400, 404, 410, 500])('takes %i as a failure, and says so', (statusCode) => {
    expect(answer(statusCode)).toMatchObject({
      kind: 'failed',
      statusCode,
      reason: expect.stringMatching(new RegExp(`^The receiver answered ${statusCode}\\b.*\\.$`)),
    });
  });

  it('takes only 410 as the wish to be told nothing more', () => {
    expect([404, 410].map((status) => answer(status))).toMatchObject([{ isGone: false }, { isGone: true }]);
  });

  it('waits as long as 429 and 503 ask for, and no other answer', () => {
    const asked = [429, 503, 500].map((status) => answer(status, { 'retry-after': '90' }));
    expect(asked).toMatchObject([{ retryAfter: 90_000 }, { retryAfter: 90_000 }, { retryAfter: null }]);
  });

  it('tells why no answer came', () => {
    expect(attemptResultOf(exchange({ failure: 'timeout', detail: 'No answer came in time.' }), NOW)).toEqual(
      failed('No answer came in time.'),
    );
    expect(attemptResultOf(exchange({ failure: 'dns-failed' }), NOW)).toMatchObject({
      reason: 'The receiver could not be reached (dns-failed).',
    });
  });
});

describe('deliveryUpdateOf', () => {
  it('ends a delivery that was delivered, and forgets an earlier failure', () => {
    expect(deliveryUpdateOf({ kind: 'delivered', statusCode: 204 }, 3, NOW, MIDDLE)).toEqual({
      status: 'delivered',
      nextAttemptAt: null,
      sendingUntil: null,
      lastError: null,
      lastStatusCode: 204,
      deliveredAt: NOW,
    });
  });

  it('tries a failed one again', () => {
    expect(deliveryUpdateOf(failed('It is away.'), 1, NOW, MIDDLE)).toEqual({
      status: 'pending',
      nextAttemptAt: NOW + 5_000,
      sendingUntil: null,
      lastError: 'It is away.',
      lastStatusCode: null,
    });
  });

  it('ends one that failed for the last time, or whose receiver is gone', () => {
    const dead = { status: 'dead', nextAttemptAt: null };
    expect(deliveryUpdateOf(failed('It is away.'), 7, NOW, MIDDLE)).toMatchObject(dead);
    expect(deliveryUpdateOf(failed('It is gone.', { isGone: true }), 1, NOW, MIDDLE)).toMatchObject(dead);
  });

  it('does not count what was not tried', () => {
    expect(deliveryUpdateOf({ kind: 'given-back' }, 2, NOW, MIDDLE)).toEqual({
      attempts: 1,
      nextAttemptAt: NOW,
      sendingUntil: null,
    });
  });

  it('keeps a reason within its column', () => {
    const { lastError } = deliveryUpdateOf(failed('😀'.repeat(500)), 1, NOW, MIDDLE);
    expect([...lastError!]).toHaveLength(300);
  });
});
