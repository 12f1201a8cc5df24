import { newId } from '../../src/common/id.js';
import { loadConfig } from '../../src/config/config.js';
import { openDataSource } from '../../src/database/data-source.js';
import { entities } from '../entities.js';
import { pendingStatus } from '../../src/monitors/monitor-status.js';
import { Monitor } from '../../src/monitors/monitor.entity.js';
import { MonitorState } from '../../src/monitors/monitor-state.entity.js';
import { initialState } from '../../src/monitors/monitor-states.js';
import { allPages } from '../all-pages.js';
import type { HttpClient } from '../http-client.js';
import { TestServer } from '../server.js';
import type { TestDatabase } from '../test-database.js';
import type { WatchedTarget } from './watched-target.js';

export interface WatchedMonitor {
  readonly id: string;
  /** Of its own at the target. */
  readonly path: string;
}

export const INTERVAL = 5_000;
const AT_ONCE = 20;
const BATCH = 100;

/** What a server needs to check targets on the loopback. */
export const watching = { EGRESS_ALLOW: '127.0.0.0/8', PROBE_THREADS: '1' };

/** Makes monitors of the target that are checked every five seconds, each at a path of its own. */
export async function givenMonitors(
  api: HttpClient,
  target: WatchedTarget,
  count: number,
  more: { timeoutSeconds?: number; url?: (path: string, number: number) => string } = {},
): Promise<WatchedMonitor[]> {
  const { url = (path: string, number: number) => target.url(path, number), ...settings } = more;
  const monitors: WatchedMonitor[] = [];
  const make = async (number: number) => {
    const path = `/${number}`;
    const body = { name: `Monitor ${number}`, url: url(path, number), intervalSeconds: INTERVAL / 1000 };
    const answer = await api.post('/v1/monitors', { ...body, ...settings });
    if (answer.status !== 201) throw new Error(`No monitor was made: ${answer.text}`);
    monitors[number] = { id: answer.body.id, path };
  };
  for (let first = 0; first < count; first += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => make(first + i)));
  return monitors;
}

/** Makes more monitors like the only one there is, below a server that is stopped: very many requests take long. */
export async function multiplyMonitors(
  { env }: TestDatabase,
  target: WatchedTarget,
  count: number,
): Promise<WatchedMonitor[]> {
  const source = await openDataSource(loadConfig(env), { entities });
  const first = await source.manager.findOneByOrFail(Monitor, {});
  const monitors = Array.from({ length: count }, (_, number) => ({
    id: newId('mon'),
    path: `/many/${number}`,
  }));
  await source.transaction(async (manager) => {
    for (let i = 0; i < count; i += BATCH) {
      const some = monitors.slice(i, i + BATCH);
      const rows = some.map(({ id, path }, j) => ({
        ...first,
        id,
        url: target.url(path, i + j),
        ...pendingStatus,
      }));
      await manager.insert(Monitor, rows);
      await manager.insert(
        MonitorState,
        some.map(({ id }) => initialState(id, first.createdAt)),
      );
    }
  });
  await source.destroy();
  return monitors;
}

/** The ids of the monitors with a status. */
export const idsOf = async (api: HttpClient, status: string): Promise<string[]> =>
  (await allPages(api, `/v1/monitors?status=${status}`)).map(({ id }) => id);

/** The checks of a monitor, the earliest due first. */
export const checksOf = async (api: HttpClient, { id }: Pick<WatchedMonitor, 'id'>): Promise<any[]> =>
  (await allPages(api, `/v1/monitors/${id}/checks`)).toReversed();

/** What a server tells Prometheus under `name`. */
export async function metricOf(server: TestServer, name: string): Promise<number> {
  const { text } = await server.anyone.get('/metrics');
  const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(text) ?? [];
  return Number(value);
}
