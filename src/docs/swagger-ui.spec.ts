import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { serveSwaggerUi } from './swagger-ui.js';

let server: FastifyInstance;

beforeAll(() => {
  server = fastify();
  serveSwaggerUi(server);
});
afterAll(() => server.close());

describe('GET /docs', () => {
  it('has no script of its own and loads all files from this server', async () => {
    const { body } = await server.inject('/docs');
    expect(body).not.toMatch(/<script(?! src="\/docs\/)|<style|\son\w+=|="(https?:)?\/\//);
  });

  it('lets no script in the page run', async () => {
    const { headers } = await server.inject('/docs');
    expect(headers['content-security-policy']).toMatch(/script-src 'self';/);
  });

  it('has every file it loads', async () => {
    const { body } = await server.inject('/docs');
    const files = [...body.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, file]) => file!);
    const answers = await Promise.all(files.map((file) => server.inject(file)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(files.map(() => 200));
  });

  it('starts it with a script that is one, with a filter and the groups in the order of the document', async () => {
    const { body } = await server.inject('/docs/start.js');
    let options: Record<string, unknown> = {};
    const bundle = (given: Record<string, unknown>): void => void (options = given);
    runInNewContext(body, {
      SwaggerUIBundle: bundle,
      URL,
      window: { location: { href: 'http://x/p/docs' } },
    });
    expect(options).toMatchObject({ filter: true, url: '/openapi.json' });
    expect(options).not.toHaveProperty('tagsSorter');
    const [, ownServer] = options['plugins'] as Array<(system: object) => any>;
    const { updateJsonSpec } = ownServer!({}).statePlugins.spec.wrapActions;
    expect(
      updateJsonSpec((spec: object) => spec)({ servers: [{ url: 'https://elsewhere' }] }).servers,
    ).toEqual([{ url: 'http://x/p', description: 'This server' }]);
  });

  it('gives away no other file', async () => {
    expect((await server.inject('/docs/package.json')).statusCode).toBe(404);
  });
});
