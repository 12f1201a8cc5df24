import { Transactions } from '../src/database/transactions.js';
import type { IncidentMessageType } from '../src/notifications/senders/message.js';
import { DeliveryWorker } from '../src/notifications/deliveries/delivery-worker.js';
import { Outbox } from '../src/notifications/deliveries/outbox.js';
import { newId } from '../src/common/id.js';
import type { TestApp } from './app.js';
import type { Person } from './given.js';
import { incident, resolved } from './incident-message.js';

/** A channel to tell of incidents, and what became of it. */
export class Outgoing {
  private constructor(
    private readonly app: TestApp,
    readonly person: Person,
    readonly id: string,
    /** For webhooks. */
    readonly secret: string,
  ) {}

  /** A channel with the config `receiver`, or a webhook to that URL. */
  static async to(app: TestApp, person: Person, receiver: string | object): Promise<Outgoing> {
    const name = newId('chn');
    const config = typeof receiver === 'string' ? { type: 'webhook', url: receiver } : receiver;
    const { body, text } = await person.api.post('/v1/notification-channels', { name, config });
    if (!body.id) throw new Error(`No channel was created: ${text}`);
    return new Outgoing(app, person, body.id, body.secret);
  }

  /** Records that an incident began, for any channel of somebody's team. */
  static async announceTo(app: TestApp, person: Person, channelId: string): Promise<void> {
    await new Outgoing(app, person, channelId, '').announce();
  }

  get path(): string {
    return `/v1/notification-channels/${this.id}`;
  }

  /** Records that an incident began, was reopened, or ended: by itself the only one of its topic. Answers its id. */
  async announce(
    type: IncidentMessageType = 'incident.created',
    incidentId = `inc_${newId('idm').slice(4)}`,
    at = this.app.clock.now(),
  ): Promise<string> {
    const payload = type === 'incident.resolved' ? resolved : incident;
    await this.app.get(Transactions).run((tx) =>
      this.app.get(Outbox).enqueue(tx, {
        teamId: this.person.teamId,
        channelIds: [this.id],
        incidentId,
        topic: incidentId,
        type,
        payload,
        at,
      }),
    );
    return incidentId;
  }

  async deliveries(query = ''): Promise<any[]> {
    return (await this.person.api.get(`${this.path}/deliveries?limit=200${query}`)).body.data;
  }

  /** The only one, or the newest. */
  async last(): Promise<any> {
    return (await this.deliveries())[0];
  }

  async channel(): Promise<any> {
    return (await this.person.api.get(this.path)).body;
  }
}

/** Sends everything that is due. */
export const drain = (app: TestApp): Promise<void> => app.get(DeliveryWorker).drain();

/** Moves the time to the next attempt of `delivery`, and makes it. */
export async function attemptNext(app: TestApp, { nextAttemptAt }: { nextAttemptAt: string }): Promise<void> {
  app.clock.advance(Date.parse(nextAttemptAt) - app.clock.now().getTime());
  await drain(app);
}
