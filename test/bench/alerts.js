// Measures what follows from checks: `npm run bench:alerts`.
//
// How much 20 rules a monitor cost at 200 checks/s; how long it takes from a target's failure to the webhook; and
// whether every message arrives, in order, while the receiver is away and the server is killed. SQLite, or the
// database of DATABASE_URL.
import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { freshDatabase } from './database.js';
import { cpuSeconds } from './process-facts.js';
import {
  call,
  cleanUp,
  directory,
  makeMonitors,
  startReceiver,
  startServer,
  startTarget,
  until,
} from './watched.js';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
const AWAY_SECONDS = Number(process.env.BENCH_AWAY_SECONDS ?? 60);
const only = process.argv[2] ?? '';
const rows = [];
const json = (text) => JSON.parse(text);

const percentile = (numbers, share) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
};

async function scene(work) {
  const database = await freshDatabase(directory);
  const target = await startTarget();
  const server = await startServer(database);
  try {
    await work(server, target);
  } finally {
    await server.stop();
    await target.stop();
    await database.drop();
  }
}

/** CPU of the server over a while, as a share of a core. */
async function cpuOf(server) {
  const before = cpuSeconds(server.child.pid);
  await wait(SECONDS * 1000);
  return (cpuSeconds(server.child.pid) - before) / SECONDS;
}

const ruleOf = (i) => ({
  name: `Rule ${i}`,
  scope: 'team',
  channelIds: [],
  ...(i % 2 === 0
    ? { condition: 'response-time', operator: 'above', value: 5_000 + i }
    : { condition: 'status-code', operator: 'equals', value: 500 + i }),
});

/** The same monitors with and without 20 rules each, in one run. */
const costOfRules = () =>
  scene(async (server, target) => {
    const { tokens } = await makeMonitors(server, target, 1_000, 5);
    const [token] = tokens;
    const { data } = json(await call(server.origin, '/v1/alert-rules', { token }));
    for (const { id } of data)
      await call(server.origin, `/v1/alert-rules/${id}`, { method: 'DELETE', token });
    await wait(8_000);
    const without = await cpuOf(server);
    for (let i = 0; i < 20; i += 1)
      await call(server.origin, '/v1/alert-rules', { method: 'POST', token, body: ruleOf(i) });
    await wait(3_000);
    const withRules = await cpuOf(server);
    rows.push({
      measure: 'CPU with 20 rules a monitor, 200 checks/s, as a multiple of none',
      result: (withRules / without).toFixed(2),
      goal: '<= 1.3',
    });
  });

/** A webhook channel of a team, in its first rule. */
async function alertTo(server, receiver, token, triggerAfter) {
  const config = { type: 'webhook', url: receiver.url };
  const channel = json(
    await call(server.origin, '/v1/notification-channels', {
      method: 'POST',
      token,
      body: { name: 'Pager', config },
    }),
  );
  const [rule] = json(await call(server.origin, '/v1/alert-rules', { token })).data;
  const body = { channelIds: [channel.id], triggerAfter };
  await call(server.origin, `/v1/alert-rules/${rule.id}`, { method: 'PATCH', token, body });
}

const timeToWebhook = () =>
  scene(async (server, target) => {
    const receiver = await startReceiver();
    const { tokens } = await makeMonitors(server, target, 200, 5);
    await alertTo(server, receiver, tokens[0], 2);
    await wait(8_000);
    const failedAt = new Map();
    for (let n = 0; n < 100; n += 1) {
      failedAt.set(`Monitor ${n}`, Date.now());
      await target.say(`/fail/${n}`);
      await wait(Math.random() * 600);
    }
    const messages = [];
    await until(async () => {
      messages.push(...(await receiver.messages()));
      return messages.length >= failedAt.size;
    }, 'all are told of');
    const delays = messages.map(({ at, monitor }) => (at - failedAt.get(monitor)) / 1000);
    rows.push({
      measure: 'from failure to webhook, interval 5 s, triggerAfter 2: p50, p99 s',
      result: `${percentile(delays, 0.5).toFixed(1)}, ${percentile(delays, 0.99).toFixed(1)}`,
      goal: 'p99 <= 8',
    });
    await receiver.stop();
  });

/** The receiver is away and the server is killed three times meanwhile. */
const nothingLost = () =>
  scene(async (server, target) => {
    const receiver = await startReceiver();
    const { tokens } = await makeMonitors(server, target, 200, 5);
    await alertTo(server, receiver, tokens[0], 1);
    await wait(8_000);
    await receiver.say('/away');
    await target.say('/down');
    for (let i = 0; i < 3; i += 1) {
      await wait((AWAY_SECONDS * 1000) / 3);
      await server.restart('SIGKILL');
      if (i === 1) await target.say('/up');
    }
    await receiver.say('/back');
    const messages = [];
    const first = () => new Map(messages.map((each) => [`${each.incident} ${each.type}`, each]));
    await until(
      async () => (messages.push(...(await receiver.messages())), first().size >= 400),
      'all arrived',
      600,
    );
    const opened = new Map();
    let outOfOrder = 0;
    for (const { incident, type } of messages) {
      if (type === 'incident.created') opened.set(incident, true);
      else if (!opened.has(incident)) outOfOrder += 1;
    }
    const ids = new Set(messages.map(({ id }) => id));
    rows.push(
      {
        measure: 'messages lost, receiver away and server killed 3 times',
        result: 400 - first().size,
        goal: '0',
      },
      { measure: 'messages out of order', result: outOfOrder, goal: '0' },
      { measure: 'messages that came more than once', result: messages.length - ids.size, goal: '' },
    );
    await receiver.stop();
  });

const rungs = { rules: costOfRules, webhook: timeToWebhook, lost: nothingLost };

try {
  for (const [name, run] of Object.entries(rungs)) if (name.includes(only)) await run();
  console.log(`${cpus().length} cores (${cpus()[0].model}), Node ${process.versions.node}`);
  console.table(rows);
} finally {
  cleanUp();
}
