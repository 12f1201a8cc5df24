// What is watched in the engine's benchmark: answers at once, and notes when each request came.
//
// One server for each loopback address given, on one port. `GET /m/<n>` is a check of monitor n; `GET /log`
// hands out and forgets what came: pairs of n and the time in epoch milliseconds. `GET /down`, `GET /up` and
// `GET /fail/<n>` say what answers with an error from then on.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

const { PORT, ADDRESSES, TLS_KEY, TLS_CERTIFICATE } = process.env;
const now = () => performance.timeOrigin + performance.now();
let arrivals = [];
let isDown = false;
const failing = new Set();

function answer(request, response) {
  const { url } = request;
  if (url.startsWith('/m/')) {
    arrivals.push(Number(url.slice(3)), now());
    response.statusCode = isDown || failing.has(url.slice(3)) ? 500 : 200;
    response.end('ok');
  } else if (url === '/log') {
    response.end(JSON.stringify(arrivals));
    arrivals = [];
  } else {
    if (url.startsWith('/fail/')) failing.add(url.slice(6));
    if (url === '/down' || url === '/up') isDown = url === '/down';
    response.end('ok');
  }
}

const options = { keepAlive: false };
const create = TLS_KEY
  ? () =>
      createTlsServer({ ...options, key: readFileSync(TLS_KEY), cert: readFileSync(TLS_CERTIFICATE) }, answer)
  : () => createServer(options, answer);
for (const address of ADDRESSES.split(','))
  create().listen({ port: Number(PORT), host: address, backlog: 4096 });
