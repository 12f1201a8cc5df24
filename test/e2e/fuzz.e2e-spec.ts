import { afterAll, beforeAll, describe, it } from '@jest/globals';
import * as fc from 'fast-check';
import { TestApp } from '../app.js';
import { Fuzz } from '../fuzz.js';
import { operations } from '../operations.js';
import { newScene } from '../scene.js';

/** What is sent follows from the seed alone: the same number finds the same fault again. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123);
/** For each operation. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);

let app: TestApp;
beforeAll(async () => {
  process.stdout.write(`FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}\n`);
  app = await TestApp.start();
});
afterAll(() => app.stop());

/** Every answer is held against the API document by the client itself: see `HttpClient`. */
describe.each([...operations])('$method $path', (operation) => {
  it(`answers whatever it is sent as the API document says, and never fails`, async () => {
    const scene = await newScene(app);
    const { owner, member, key, projectId, emptyProjectId, monitorId, eventId, secondTeamId } = scene;
    const strong = await app.given.key(owner);
    const callers = {
      owner: owner.api,
      member: member.api,
      strong: strong.api,
      weak: key.api,
      anyone: app.anyone,
    };
    const ids = [
      owner.id,
      member.id,
      key.id,
      strong.id,
      projectId,
      emptyProjectId,
      monitorId,
      eventId,
      secondTeamId,
    ];
    const caller = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('owner', 'strong') },
      { weight: 1, arbitrary: fc.constantFrom('member', 'weak', 'anyone') },
    ) as fc.Arbitrary<keyof typeof callers>;

    await fc.assert(
      fc.asyncProperty(caller, new Fuzz(ids).request(operation), async (who, { url, body, headers }) => {
        const answer = await callers[who].send(operation.method, url, body, headers);
        if (answer.status >= 500) throw new Error(`answered ${answer.text}`);
      }),
      { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 20_000 },
    );
  });
});
