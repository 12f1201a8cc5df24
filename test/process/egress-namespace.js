/**
 * Runs within a network namespace of its own, whose loopback has public, private and metadata addresses with a
 * server at each. Makes requests with the built program's client, and prints what came of them and who was
 * reached, as one line of JSON.
 */
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { decode, encode } from 'dns-packet';
import { createEgress, exchange } from '../../dist/egress/client.js';

const PUBLIC = '8.8.8.8';
const PRIVATE = '10.0.0.1';
const METADATA = '169.254.169.254';

/** How many connections each address took. */
const reached = { [PUBLIC]: 0, [PRIVATE]: 0, [METADATA]: 0 };

/** A path that is a URL is redirected to; any other is answered. */
for (const address of Object.keys(reached)) {
  const server = createServer((request, response) => {
    const location = decodeURIComponent(request.url.slice(1));
    if (location.startsWith('http')) response.writeHead(302, { Location: location });
    response.end(address);
  });
  server.on('connection', () => reached[address]++).listen(80, address);
  await once(server, 'listening');
}

const rounds = new Map();
const zones = {
  'public.test': () => [PUBLIC],
  'private.test': () => [PRIVATE],
  'metadata.test': () => [METADATA],
  'mixed.test': () => [PUBLIC, PRIVATE],
  'rebound.test': (round) => [round === 0 ? PUBLIC : METADATA],
};
const names = createSocket('udp4').bind(53, '127.0.0.1');
await once(names, 'listening');
names.on('message', (message, { port, address }) => {
  const { id, questions } = decode(message);
  const [{ name, type }] = questions;
  const round = rounds.get(`${type} ${name}`) ?? 0;
  rounds.set(`${type} ${name}`, round + 1);
  const addresses = type === 'A' ? (zones[name]?.(round) ?? []) : [];
  const answers = addresses.map((data) => ({ type, name, ttl: 0, data }));
  names.send(encode({ type: 'response', id, flags: 0x180, questions, answers }), port, address);
});

const client = (...allow) => createEgress({ allow, ownPorts: [], services: [] }, ['127.0.0.1']);
const shut = client();
const open = client('0.0.0.0/0', '::/0');

async function ask(url, egress = shut) {
  const rest = { method: 'GET', headers: [], body: null, timeoutMs: 5_000 };
  const { response, failure, isInternalError } = await exchange(
    { ...rest, url, verifyTls: true, followRedirects: true, readBody: true },
    egress,
  );
  if (isInternalError) return `own trouble: ${failure}`;
  return failure ?? response.body.toString();
}

const toward = (url) => `http://public.test/${encodeURIComponent(url)}`;
const forbidden = [
  ...[PRIVATE, METADATA, '0xa9fea9fe', '[::ffff:10.0.0.1]', 'private.test', 'metadata.test'].map(
    (host) => `http://${host}/`,
  ),
  'http://mixed.test/',
  `https://${PRIVATE}:80/`,
];
const urls = [...forbidden, ...forbidden.map(toward)];

const found = {
  public: await ask('http://public.test/'),
  firstOfRebound: await ask('http://rebound.test/'),
  forbidden: {},
};
for (const url of [...urls, 'http://rebound.test/']) found.forbidden[url] = await ask(url);
for (const host of [METADATA, 'metadata.test', '[::ffff:a9fe:a9fe]'])
  found.forbidden[`http://${host}/ allowed by the operator`] = await ask(`http://${host}/`, open);
found.reached = { ...reached };
// That the private server can be reached at all.
found.private = await ask('http://private.test/', open);
found.withoutRoute = await ask('http://1.1.1.1/');
process.stdout.write(JSON.stringify(found), () => process.exit());
