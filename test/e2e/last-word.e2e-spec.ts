import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CheckResultObservers } from '../../src/checks/result/check-result-observers.js';
import { HttpClient } from '../../src/notifications/senders/http-client.js';
import { MailSender } from '../../src/notifications/senders/mail-sender.js';
import { TestApp } from '../app.js';
import { type Event, PairWorld, type Settings } from '../pair-world.js';

/** Both sentences of the last word, held against whatever can happen to one rule, one monitor and four channels. */
let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
  app.get(HttpClient).exchange = (request) => PairWorld.current.receive(request);
  app.get(MailSender).send = (...mail) => PairWorld.current.receiveMail(...mail);
  app.get(CheckResultObservers).follow('incident', async (ids) => PairWorld.current?.refresh(ids));
  app.get(CheckResultObservers).follow('alert-rule', async (ids) => PairWorld.current?.forget(ids));
});
afterAll(() => app.stop());

/** A long run of this is `LAST_WORD_RUNS=500 npm test -- --testPathPatterns last-word`. */
const RUNS = Number(process.env['LAST_WORD_RUNS'] ?? 15);

const check = fc.constantFrom<Event>('bad', 'bad', 'good', 'good', 'inconclusive');
const flap: Event[] = ['bad', 'bad', 'bad', 'good', 'good', 'good'];
const some = fc.oneof(
  { weight: 6, arbitrary: check.map((event) => [event]) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(check, fc.integer({ min: 2, max: 8 }))
      .map(([event, times]) => Array<Event>(times).fill(event)),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<Event>('lost', 'crash', 'hand-over', 'hours', 'person', 'both-up', 'reactivate')
      .map((event) => [event]),
  },
  { weight: 4, arbitrary: fc.constantFrom<Event>('first-away', 'first-up').map((event) => [event]) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Event>('second-unsure', 'second-up', 'third-gone').map((event) => [event]),
  },
);
const whole = fc.oneof(
  { weight: 15, arbitrary: some },
  // What comes and goes: most of what can be wrong is about that.
  { weight: 2, arbitrary: fc.constantFrom<Event[]>(flap, [...flap, ...flap]) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom<Event>('mail-joins', 'mail-leaves', 'mail-confirms', 'mail-confirms', 'mail-moves')
      .map((event) => [event]),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Event>('second-paused', 'second-active').map((event) => [event]),
  },
  { weight: 1, arbitrary: fc.constantFrom<Event>('rule-off', 'rule-on').map((event) => [event]) },
);
const histories = fc.array(whole, { minLength: 5, maxLength: 30 }).map((parts) => parts.flat());
const settings: fc.Arbitrary<Settings> = fc.record({
  triggerAfter: fc.integer({ min: 1, max: 3 }),
  resolveAfter: fc.integer({ min: 1, max: 3 }),
  cooldownSeconds: fc.constantFrom(0, 120, 300, 900),
});

/** What once failed: a receiver that was gone when it was over, and was back while it was good, but not yet over. */
const missedTheEnd: [Settings, Event[]] = [
  { triggerAfter: 1, resolveAfter: 1, cooldownSeconds: 900 },
  ['bad', 'third-gone', 'good', 'bad', 'good'],
];

/** The same where it heard that it began, and neither that it was over nor that it was open again. */
const missedThatItFlaps: [Settings, Event[]] = [
  { triggerAfter: 1, resolveAfter: 3, cooldownSeconds: 120 },
  [
    'bad',
    'second-paused',
    'good',
    'good',
    'good',
    'bad',
    'second-active',
    'bad',
    'good',
    'good',
    'good',
    'good',
  ],
];

it(
  'channels hear the truth within a minute, and at most three messages in a cooldown',
  async () => {
    await fc.assert(
      fc.asyncProperty(settings, histories, async (rule, history) => {
        const world = await PairWorld.of(app, await app.given.owner(), rule);
        for (const event of history) await world.happen(event);
        await world.settle();
        world.expectFewMessages();
        expect(world.faults).toEqual([]);
      }),
      { numRuns: RUNS, examples: [missedTheEnd, missedThatItFlaps] },
    );
  },
  30_000 + RUNS * 2_000,
);
