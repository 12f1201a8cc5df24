import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { serveSwaggerUi } from './swagger-ui.js';

const problems = new ProblemFilter({
  publicUrl: null,
  trustedProxies: [] as Config['trustedProxies'],
} as Config);

describe.each(['', '/pulse'])('GET /docs of a server under the prefix "%s"', (prefix) => {
  let server: FastifyInstance;
  beforeAll(() => {
    server = fastify();
    serveSwaggerUi(server, { prefix, publicUrl: null, problems });
  });
  afterAll(() => server.close());

  const filesOf = (body: string) =>
    [...body.matchAll(/(?:src|href)="([^"]+\/assets\/[^"]+)"/g)].map(([, file]) => file!);

  it('has no script of its own and loads all files from this server', async () => {
    const { body } = await server.inject('/docs');
    expect(body).not.toMatch(new RegExp(`<script(?! src="${prefix}/docs/)|<style|\\son\\w+=|="(https?:)?//`));
  });

  it('lets no script in the page run', async () => {
    const { headers } = await server.inject('/docs');
    expect(headers['content-security-policy']).toMatch(/script-src 'self';/);
  });

  it('has every file it loads, each for ever under its address', async () => {
    const files = filesOf((await server.inject('/docs')).body);
    expect(files.length).toBeGreaterThan(4);
    const answers = await Promise.all(files.map((file) => server.inject(file.slice(prefix.length))));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(files.map(() => 200));
    for (const { headers } of answers)
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('starts it with a script that is one, with a filter and the groups in the order of the document', async () => {
    const start = filesOf((await server.inject('/docs')).body).find((file) => file.endsWith('start.js'))!;
    const { body } = await server.inject(start.slice(prefix.length));
    let options: Record<string, unknown> = {};
    const bundle = (given: Record<string, unknown>): void => void (options = given);
    runInNewContext(body, {
      SwaggerUIBundle: bundle,
      URL,
      window: { location: { href: `http://x${prefix}/docs` } },
    });
    expect(options).toMatchObject({ filter: true, url: `${prefix}/openapi.json` });
    expect(options).not.toHaveProperty('tagsSorter');
    const [, ownServer] = options['plugins'] as Array<(system: object) => any>;
    const { updateJsonSpec } = ownServer!({}).statePlugins.spec.wrapActions;
    expect(
      updateJsonSpec((spec: object) => spec)({ servers: [{ url: 'https://elsewhere' }] }).servers,
    ).toEqual([{ url: `http://x${prefix}`, description: 'This server' }]);
  });

  it.each(['/docs/package.json', '/docs/assets/x/start.js', '/docs/assets/..%2fpackage.json/x'])(
    'gives away no other file: %s',
    async (path) => {
      expect((await server.inject(path)).statusCode).toBe(404);
    },
  );
});
