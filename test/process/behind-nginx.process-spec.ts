import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, hasNginx, Nginx } from '../nginx.js';
import { TestServer } from '../server.js';

const withNginx = hasNginx ? describe : describe.skip;

const HEADERS = `proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`;
/** With a path, nginx puts it in the place of that of the location; without, it passes the request on as it came. */
const kinds = [
  ['that takes the prefix off', '/'],
  ['that leaves the prefix on', ''],
] as const;

withNginx.each(kinds)('a server under /pulse of an nginx %s', (_, path) => {
  let server: TestServer;
  let nginx: Nginx;
  let token: string;
  let publicUrl: string;

  beforeAll(async () => {
    const port = await freePort();
    publicUrl = `http://example.com:${port}/pulse`;
    server = await TestServer.start({
      env: { PORT: `${port}`, PUBLIC_URL: publicUrl, TRUSTED_PROXIES: '127.0.0.1' },
    });
    nginx = await Nginx.start(
      `location /pulse/ { ${HEADERS} proxy_pass http://127.0.0.1:${server.port}${path}; }`,
    );
    token = await server.signUp();
  });
  afterAll(async () => {
    await nginx.stop();
    await server.stop();
  });

  const call = (at: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${nginx.port}${at}`, {
      redirect: 'manual',
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
    });

  it('gives addresses that lead through the proxy', async () => {
    const create = (name: string) =>
      call('/pulse/v1/projects', { method: 'POST', body: JSON.stringify({ name }) });
    const created = await create('One');
    expect(created.status).toBe(201);
    expect((await call(created.headers.get('location')!)).status).toBe(200);
    await create('Two');
    const first = await call('/pulse/v1/projects?limit=1');
    const [, next] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link')!)!;
    expect((await call(next!)).status).toBe(200);
    const root = await call('/pulse/');
    expect([root.status, new URL(root.headers.get('location')!, root.url).pathname]).toEqual([
      302,
      '/pulse/docs',
    ]);
  });

  it('shows Swagger UI with all its files, and the API document', async () => {
    const page = await (await call('/pulse/docs')).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect((await call(file)).status).toBe(200);
    const start = await (await call(files.find((file) => file.endsWith('start.js'))!)).text();
    const [, document] = /url: '([^']+)'/.exec(start)!;
    const { servers } = (await (await call(document!)).json()) as { servers: Array<{ url: string }> };
    expect(servers.map(({ url }) => url)).toEqual([publicUrl]);
  });

  it('has an unmoved document answered 304 through it', async () => {
    const document = await call('/pulse/openapi.json', { headers: { 'accept-encoding': 'gzip' } });
    const known = document.headers.get('etag')!;
    const again = await call('/pulse/openapi.json', {
      headers: { 'accept-encoding': 'gzip', 'if-none-match': known },
    });
    expect(again.status).toBe(304);
  });

  it('says that the proxy made a tag weak when it compressed the answer', async () => {
    const team = await call('/pulse/v1/team', { headers: { 'accept-encoding': 'gzip' } });
    const weak = team.headers.get('etag')!;
    expect(weak).toMatch(/^W\//);
    const rename = (tag: string) =>
      call('/pulse/v1/team', {
        method: 'PATCH',
        body: '{"description":"Changed"}',
        headers: { 'if-match': tag },
      });
    const refused = await rename(weak);
    expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([
      412,
      expect.stringContaining('weak'),
    ]);
    const plain = await call('/pulse/v1/team', { headers: { 'accept-encoding': 'identity' } });
    expect((await rename(plain.headers.get('etag')!)).status).toBe(200);
  });

  it('knows the caller by the nearest address that is no proxy, whatever stands before it', async () => {
    const claim = { headers: { 'x-forwarded-for': '127.0.0.1, 203.0.113.7' } };
    await call('/pulse/v1/account', { method: 'PATCH', body: '{"name":"Ada"}', ...claim });
    const events = await call('/pulse/v1/audit-events?action=user.updated');
    const { data } = (await events.json()) as { data: Array<{ context: { ip: string } }> };
    expect(data[0]!.context.ip).toBe('203.0.113.7');
  });
});

withNginx('a server behind an nginx it does not trust', () => {
  it('opens its metrics to this machine, and to nobody through the proxy', async () => {
    const server = await TestServer.start();
    const nginx = await Nginx.start(`location / { ${HEADERS} proxy_pass http://127.0.0.1:${server.port}; }`);
    const statusAt = async (port: number) => (await fetch(`http://127.0.0.1:${port}/metrics`)).status;
    expect([await statusAt(server.port), await statusAt(nginx.port)]).toEqual([200, 404]);
    await nginx.stop();
    await server.stop();
  });
});
