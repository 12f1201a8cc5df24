import { webcrypto } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { passwordIssue } from '../accounts/password-policy.js';
import type { Config } from '../config/config.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { PASSWORD_PLACEHOLDER } from './examples.js';
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

  /** What the script that starts it hands to Swagger UI. */
  async function started(): Promise<Record<string, any>> {
    const start = filesOf((await server.inject('/docs')).body).find((file) => file.endsWith('start.js'))!;
    const { body } = await server.inject(start.slice(prefix.length));
    let options: Record<string, unknown> = {};
    runInNewContext(body, {
      SwaggerUIBundle: (given: Record<string, unknown>): void => void (options = given),
      URL,
      crypto: webcrypto,
      window: { location: { href: `http://x${prefix}/docs` } },
    });
    return options;
  }

  /** The document as the page shows it. */
  async function shown(document: object): Promise<any> {
    const [, ownDocument] = (await started())['plugins'] as Array<(system: object) => any>;
    const { updateJsonSpec } = ownDocument!({}).statePlugins.spec.wrapActions;
    return JSON.parse(JSON.stringify(updateJsonSpec((spec: object) => spec)(document)));
  }

  it('starts it with a script that is one, with a filter and the groups in the order of the document', async () => {
    const options = await started();
    expect(options).toMatchObject({ filter: true, url: `${prefix}/openapi.json` });
    expect(options).not.toHaveProperty('tagsSorter');
  });

  it('calls the server it comes from', async () => {
    const { servers } = await shown({ servers: [{ url: 'https://elsewhere' }] });
    expect(servers).toEqual([{ url: `http://x${prefix}`, description: 'This server' }]);
  });

  it('shows how to sign up and in before all else', async () => {
    const { operationsSorter } = await started();
    const paths = ['/v1/auth/session/team', '/v1/auth/sign-in', '/v1/auth/sign-out', '/v1/auth/sign-up'];
    const operations = paths.map((path) => new Map([['path', path]]));
    expect(operations.sort(operationsSorter).map((each) => each.get('path'))).toEqual([
      '/v1/auth/sign-up',
      '/v1/auth/sign-in',
      '/v1/auth/session/team',
      '/v1/auth/sign-out',
    ]);
  });

  it('makes up passwords that are not refused, others whenever it is loaded', async () => {
    const document = {
      signUp: { password: PASSWORD_PLACEHOLDER, name: 'Ada' },
      signIn: { password: PASSWORD_PLACEHOLDER },
      change: { currentPassword: PASSWORD_PLACEHOLDER, newPassword: PASSWORD_PLACEHOLDER },
    };
    const { signUp, signIn, change } = await shown(document);
    expect(signUp.name).toBe('Ada');
    expect(signIn.password).toBe(signUp.password);
    expect(change.currentPassword).toBe(signUp.password);
    const again = await shown(document);
    const madeUp = [signUp.password, change.newPassword, again.signUp.password, again.change.newPassword];
    expect(new Set(madeUp).size).toBe(4);
    for (const password of madeUp) {
      expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
      expect(passwordIssue(password)).toBeNull();
    }
  });

  it.each(['/docs/package.json', '/docs/assets/x/start.js', '/docs/assets/..%2fpackage.json/x'])(
    'gives away no other file: %s',
    async (path) => {
      expect((await server.inject(path)).statusCode).toBe(404);
    },
  );
});
