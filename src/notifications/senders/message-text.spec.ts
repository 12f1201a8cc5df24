import { describe, expect, it } from '@jest/globals';
import { created, incident, over, reopened, resolved, test } from '../../../test/incident-message.js';
import { durationText, textOf } from './message-text.js';

describe('durationText', () => {
  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [7_500, '2 h 5 min'],
    [3_601, '1 h'],
    [90_061, '1 d 1 h'],
  ])('of %i seconds is %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe('textOf', () => {
  it('tells what is wrong, where, and since when', () => {
    const { title, summary, facts } = textOf(created, null);
    expect(title).toBe('Incident: Checkout API: check failed');
    expect(summary).toBe('Checkout API has an incident: The endpoint answered 503 instead of 200.');
    expect(Object.fromEntries(facts)).toEqual({
      Monitor: 'Checkout API',
      Host: 'api.example.com',
      Reason: 'The endpoint answered 503 instead of 200.',
      Severity: 'high',
      Started: '2026-11-20T16:45:00.000Z',
      Rule: 'Check failed',
      Team: 'Ada & sons',
    });
  });

  it('does not tell what is behind the host in a URL', () => {
    expect(JSON.stringify([textOf(created, null), textOf(over, null)])).not.toContain('token');
  });

  it('tells how long it took, and why it was', () => {
    const { title, summary, facts } = textOf(over, null);
    expect(title).toMatch(/^Resolved: /);
    expect(summary).toBe('The incident of Checkout API is over. It took 2 h 5 min.');
    expect(facts).toEqual(
      expect.arrayContaining([
        ['Duration', '2 h 5 min'],
        ['Root cause', 'A full disk'],
      ]),
    );
  });

  it('tells what failed again, that it is unstable, and when there is more to hear', () => {
    const { title, summary, facts } = textOf(reopened, null);
    expect(title).toBe('Reopened, unstable: Checkout API: check failed');
    expect(summary).toBe(
      'Checkout API fails again, and is unstable: The endpoint answered 503 instead of 200. ' +
        'It may come and go from here on: you hear again when it was good for 15 min on end.',
    );
    expect(facts).toContainEqual(['Reopened', 'once']);
  });

  it.each([
    ['rule-deleted', 'its rule was deleted'],
    ['rule-inactive', 'its rule was switched off'],
    ['rule-out-of-scope', 'its rule is over the monitor no more'],
    ['monitor-deleted', 'the monitor was deleted'],
  ])('does not call it a recovery where nobody looks any more: %s', (resolution, why) => {
    const data = { ...resolved, incident: { ...resolved.incident, resolution } };
    expect(textOf({ ...over, data } as never, null).summary).toBe(
      `The incident of Checkout API was closed, because ${why}. Nobody has seen it recover.`,
    );
  });

  it('leads to the incident where the address of the server is known', () => {
    expect(textOf(created, 'https://pulse.example.com').link).toBe(
      `https://pulse.example.com/v1/incidents/${incident.incident.id}`,
    );
    expect([textOf(created, null).link, textOf(test, 'https://pulse.example.com').link]).toEqual([
      null,
      null,
    ]);
  });

  it.each([
    [{ ...incident.check!, detail: null }, 'unexpected-status'],
    [{ ...incident.check!, detail: null, error: null }, 'Status 503.'],
    [{ ...incident.check!, detail: null, error: null, statusCode: null }, 'Check failed'],
    [null, 'Check failed'],
  ])('names the reason as well as it knows it', (check, reason) => {
    const { summary } = textOf({ ...created, data: { ...incident, check } } as never, null);
    expect(summary).toBe(`Checkout API has an incident: ${reason}`);
  });

  it('tells that nothing can be seen, and that it can again', () => {
    const blindness = {
      id: 'bln_1',
      startedAt: '2026-11-20T16:45:00.000Z',
      endedAt: null,
      durationSeconds: null,
      unknownMonitors: 3,
      activeMonitors: 12,
    };
    const team = { id: 'team_1', name: 'Ada & sons' };
    const timestamp = blindness.startedAt;
    const blind = textOf({ type: 'monitoring.blind', timestamp, data: { blindness, team } }, null);
    expect(blind.title).toBe('PulseAPI cannot see your targets');
    expect(Object.fromEntries(blind.facts)).toEqual({
      Monitors: '3 of 12',
      Started: timestamp,
      Team: 'Ada & sons',
    });
    const ended = { ...blindness, endedAt: '2026-11-20T16:50:00.000Z', durationSeconds: 300 };
    const over = textOf({ type: 'monitoring.restored', timestamp, data: { blindness: ended, team } }, null);
    expect(over.title).toBe('PulseAPI can see your targets again');
    expect(over.facts).toContainEqual(['Duration', '5 min']);
  });
});
