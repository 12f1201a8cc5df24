import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestServer } from '../server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

/** Nanoseconds the processor has spent in the main thread of the server, which is that of the event loop. */
const spent = (): number =>
  Number(readFileSync(`/proc/${server.pid}/task/${server.pid}/schedstat`, 'utf8').split(' ', 1)[0]);

describe('the first request after a start', () => {
  it.each(['/openapi.json', '/docs', '/problems', '/v1/me'])(
    'for %s does not hold the event loop for what others wait for',
    async (path) => {
      const before = spent();
      expect([200, 401]).toContain((await server.anyone.get(path)).status);
      expect((spent() - before) / 1e6).toBeLessThan(75);
    },
  );
});
