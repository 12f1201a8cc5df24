import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Transactions } from '../../src/database/transactions.js';
import { RateLimited } from '../../src/limits/limits.problems.js';
import { DeliveryWorker } from '../../src/notifications/deliveries/delivery-worker.js';
import { DeclinedAddresses } from '../../src/notifications/recipients/declined-addresses.js';
import { ChannelConfirmed, ChannelUnconfirmed } from '../../src/notifications/notifications.problems.js';
import { CredentialInvalid } from '../../src/auth/auth.problems.js';
import { TestApp } from '../app.js';
import { linksIn, press } from '../confirmation-link.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import { Outgoing } from '../outgoing.js';
import { runAgain } from '../run-again.js';
import { DAY, HOUR } from '../test-clock.js';

const PATH = '/v1/notification-channels';
const ADDRESS = 'night@example.com';
const PASSWORD = 'seven grey pigeons nap';

let app: TestApp;
let log: string[];
afterEach(() => app.stop());

async function start(env: Record<string, string> = {}): Promise<void> {
  log = [];
  app = await TestApp.start({ env, log: { write: (line) => log.push(line) } });
}

const create = ({ api }: Person, address = ADDRESS, name = 'Night') =>
  api.post(PATH, { name, config: { type: 'email', address } });

const read = async ({ api }: Person, id: string): Promise<any> => (await api.get(`${PATH}/${id}`)).body;

/** What was written to the log instead of being sent. */
async function mails(): Promise<any[]> {
  await app.get(DeliveryWorker).drain();
  return log.filter((line) => line.includes('SMTP_URL is not set')).map((line) => JSON.parse(line));
}

const links = (): Promise<string[]> => linksIn(app, log);

describe('an e-mail channel to a stranger', () => {
  it('is sent one question, and nothing else before it is answered', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    expect(channel.confirmedAt).toBeNull();

    expectProblem(await ada.api.post(`${PATH}/${channel.id}/test`), ChannelUnconfirmed);
    await Outgoing.announceTo(app, ada, channel.id);

    expect(await mails()).toMatchObject([{ to: ADDRESS, subject: 'Confirm that PulseAPI may write to you' }]);
    const { body } = await ada.api.get(`${PATH}/${channel.id}/deliveries`);
    expect(body.data).toMatchObject([{ type: 'channel.confirmation', status: 'delivered' }]);
  });

  it('is sent messages once the link was followed and the button pressed', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    const [link] = await links();

    const page = await app.anyone.get(link!);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining(ADDRESS)]);
    expect((await read(ada, channel.id)).confirmedAt).toBeNull();

    expect((await press(app, link!, 'confirm')).status).toBe(200);
    expect((await read(ada, channel.id)).confirmedAt).toEqual(expect.any(String));
    expect((await ada.api.post(`${PATH}/${channel.id}/test`)).status).toBe(202);
    expect((await mails()).map(({ subject }) => subject)).toEqual([
      'Confirm that PulseAPI may write to you',
      'Test of Night',
    ]);
    const [event] = await app.given.log(ada, '&action=channel.confirmed');
    expect(event).toMatchObject({ actor: { type: 'anonymous' }, target: { id: channel.id } });
  });

  it('takes one answer by each link', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    const [link] = await links();
    await press(app, link!, 'confirm');
    expect((await press(app, link!, 'decline')).status).toBe(410);
    expect((await app.anyone.get(link!)).status).toBe(410);
    expect(await read(ada, channel.id)).toMatchObject({ active: true });
  });

  it('takes one of many answers that come at once', async () => {
    await start();
    const ada = await app.given.owner();
    await create(ada);
    const [link] = await links();
    const pressed = await Promise.all(
      Array.from({ length: 8 }, (_, i) => press(app, link!, i % 2 ? 'confirm' : 'decline')),
    );
    expect(pressed.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await app.given.log(ada, '&action=channel.confirmed')).toHaveLength(
      pressed.findIndex(({ status }) => status === 200) % 2,
    );
  });

  it('cannot be confirmed by a link that is a week old, was replaced, or is no link', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    const [link] = await links();
    for (const other of [`/confirm/${ada.token}`, link!.slice(0, -1), `${link!.slice(0, -1)}!`])
      expect((await press(app, other, 'confirm')).status).toBe(410);
    const { api } = await app.given.key(ada);
    app.clock.advance(7 * DAY + 1);
    expect((await press(app, link!, 'confirm')).status).toBe(410);
    expect((await read({ ...ada, api }, channel.id)).confirmedAt).toBeNull();
  });

  it('has a link that is no credential', async () => {
    await start();
    await create(await app.given.owner());
    const [link] = await links();
    expectProblem(await app.bearing(link!.split('/').at(-1)!).get('/v1/me'), CredentialInvalid);
  });

  it('can be asked again, and then both links work', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    const { status, body } = await ada.api.post(`${PATH}/${channel.id}/confirmation`);
    expect([status, body.type]).toEqual([202, 'channel.confirmation']);
    const [first, second] = await links();
    expect(first).not.toBe(second);
    expect((await press(app, first!, 'confirm')).status).toBe(200);
    expect((await press(app, second!, 'confirm')).status).toBe(410);
    expectProblem(await ada.api.post(`${PATH}/${channel.id}/confirmation`), ChannelConfirmed);
  });

  it('is not asked what was answered meanwhile', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    const [link] = await links();
    await ada.api.post(`${PATH}/${channel.id}/confirmation`);
    await press(app, link!, 'confirm');
    expect(await mails()).toHaveLength(1);
    const { body } = await ada.api.get(`${PATH}/${channel.id}/deliveries`);
    expect(body.data[0]).toMatchObject({ type: 'channel.confirmation', status: 'cancelled' });
  });

  it('is asked anew when it gets another address, which the former link does not confirm', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    const [former] = await links();
    await ada.api.patch(`${PATH}/${channel.id}`, { config: { address: 'day@example.com' } });
    expect((await press(app, former!, 'confirm')).status).toBe(410);
    const [, link] = await links();
    await press(app, link!, 'confirm');

    const moved = await ada.api.patch(`${PATH}/${channel.id}`, { config: { address: ADDRESS } });
    expect(moved.body.confirmedAt).toBeNull();
    expectProblem(await ada.api.post(`${PATH}/${channel.id}/test`), ChannelUnconfirmed);
  });

  it('is sent nothing that was meant for its former address', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada, ada.email);
    await Outgoing.announceTo(app, ada, channel.id);
    await ada.api.patch(`${PATH}/${channel.id}`, { config: { address: ADDRESS } });
    expect((await mails()).map(({ to, subject }) => [to, subject])).toEqual([
      [ADDRESS, 'Confirm that PulseAPI may write to you'],
    ]);
  });

  it('holds no token in what the API and the database tell of it', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    const [link] = await links();
    const token = link!.split('/').at(-1)!;
    const rows = await app.dataSource.query('SELECT * FROM deliveries');
    const { text } = await ada.api.get(`${PATH}/${channel.id}/deliveries`);
    expect(JSON.stringify([rows, text])).not.toContain(token.slice(10, 40));
  });
});

describe('who says that it was not they', () => {
  it('is written to no more, whatever team gives their address', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    const [link] = await links();
    expect((await press(app, link!, 'decline')).status).toBe(200);
    expect(await read(ada, channel.id)).toMatchObject({
      active: false,
      disabledReason: 'recipient-declined',
    });

    const eve = await app.given.owner();
    const { body: other } = await create(eve, 'Night@Example.com');
    expect(await mails()).toHaveLength(1);
    expect(await read(eve, other.id)).toMatchObject({ active: false, disabledReason: 'recipient-declined' });
    await eve.api.patch(`${PATH}/${other.id}`, { active: true });
    expect(await mails()).toHaveLength(1);
  });

  it('goes on to get what they had confirmed', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    const [link] = await links();
    await press(app, link!, 'confirm');
    const eve = await app.given.owner();
    await create(eve);
    await press(app, (await links())[1]!, 'decline');
    expect((await ada.api.post(`${PATH}/${channel.id}/test`)).status).toBe(202);
    expect((await mails()).at(-1)).toMatchObject({ subject: 'Test of Night' });
  });

  it('is asked again once the operator allows it', async () => {
    await start();
    const ada = await app.given.owner();
    const { body: channel } = await create(ada);
    await press(app, (await links())[0]!, 'decline');
    expect(await app.get(DeclinedAddresses).allow(ADDRESS)).toBe(true);
    expect(await app.get(DeclinedAddresses).allow(ADDRESS)).toBe(false);
    await ada.api.patch(`${PATH}/${channel.id}`, { active: true });
    await press(app, (await links())[1]!, 'confirm');
    expect(await read(ada, channel.id)).toMatchObject({ active: true, disabledReason: null });
  });
});

describe('an address that is known', () => {
  it('is not asked: that of a member', async () => {
    await start();
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');
    const { body: channel } = await create(ada, grace.email.toUpperCase());
    expect(channel.confirmedAt).toEqual(expect.any(String));
    expect(await mails()).toEqual([]);
  });

  it("is asked: that of somebody of another team, and a member's that nobody verified", async () => {
    await start();
    const ada = await app.given.owner({ isVerified: false });
    const eve = await app.given.owner();
    expect((await create(ada, eve.email)).body.confirmedAt).toBeNull();
    expect((await create(ada, ada.email, 'Own')).body.confirmedAt).toBeNull();
  });

  it('is that of the first account while sign-up is closed: its first monitor alerts without set-up', async () => {
    await start({ SIGN_UP: 'closed' });
    const input = { name: 'Ada', email: 'ada@example.org', password: PASSWORD };
    const { body } = await app.anyone.post('/v1/auth/sign-up', input);
    const { body: channels } = await app.bearing(body.token).get(PATH);
    expect(channels.data).toMatchObject([{ confirmedAt: expect.any(String) }]);
    expect(await mails()).toEqual([]);
  });

  it('is not that of who signs up by themselves: their first channel asks', async () => {
    await start();
    const input = { name: 'Ada', email: 'ada@example.org', password: PASSWORD };
    const { body } = await app.anyone.post('/v1/auth/sign-up', input);
    const api = app.bearing(body.token);
    expect((await api.get(PATH)).body.data).toMatchObject([{ confirmedAt: null }]);
    await press(app, (await links())[0]!, 'confirm');
    expect((await api.get(PATH)).body.data).toMatchObject([{ confirmedAt: expect.any(String) }]);
  });
});

describe('the limits', () => {
  it('let three questions a day go to an address, of all teams together', async () => {
    await start({ RATE_LIMIT: 'on' });
    const lasting = async (person: Person) => ({ ...person, api: (await app.given.key(person)).api });
    const ada = await lasting(await app.given.owner());
    const eve = await lasting(await app.given.owner());
    const { body: channel } = await create(ada);
    await ada.api.delete(`${PATH}/${channel.id}`);
    const { body: again } = await create(ada);
    app.clock.advance(12 * HOUR);
    expect((await ada.api.post(`${PATH}/${again.id}/confirmation`)).status).toBe(202);

    const refused = await create(eve);
    expectProblem(refused, RateLimited, { retryAfter: expect.any(Number) });
    expect(Math.abs(refused.body.retryAfter - 12 * 3_600)).toBeLessThan(60);
    expect((await eve.api.get(PATH)).body.data).toHaveLength(1);
    expect(await mails()).toHaveLength(2);

    app.clock.advance(12 * HOUR + 60_000);
    expect((await create(eve)).status).toBe(201);
  });

  it('let twenty questions a day go out of a team', async () => {
    await start({ RATE_LIMIT: 'on' });
    const ada = await app.given.owner();
    const answers = [];
    for (let i = 0; i < 21; i += 1) answers.push(await create(ada, `n${i}@example.com`, `N${i}`));
    expect(answers.map(({ status }) => status)).toEqual([...Array(20).fill(201), 429]);
  });

  it('do not keep a team from being founded', async () => {
    await start({ RATE_LIMIT: 'on' });
    const ada = await app.given.owner({ isVerified: false });
    for (let i = 0; i < 5; i += 1)
      expect((await ada.api.post('/v1/teams', { name: `Team ${i}` })).status).toBe(201);
    // The first team asked too.
    expect(await mails()).toHaveLength(3);
  });

  it('count a test once, also where a deadlock has it recorded again', async () => {
    await start({ RATE_LIMIT: 'on' });
    const ada = await app.given.owner();
    const { body: channel } = await create(ada, ada.email);
    const transactions = app.get(Transactions);
    const run = transactions.run.bind(transactions);
    const running = jest.spyOn(transactions, 'run').mockImplementation(runAgain(run));
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) statuses.push((await ada.api.post(`${PATH}/${channel.id}/test`)).status);
    running.mockRestore();
    expect(statuses).toEqual([...Array(10).fill(202), 429]);
  });

  it('let ten tests an hour go to a channel, and to an address of however many channels', async () => {
    await start({ RATE_LIMIT: 'on' });
    const ada = await app.given.owner();
    const channels: string[] = [];
    for (let i = 0; i < 3; i += 1) channels.push((await create(ada, ada.email, `C${i}`)).body.id);
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1)
      statuses.push((await ada.api.post(`${PATH}/${channels[i % 3]}/test`)).status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(10);
    expect(statuses.slice(10)).toEqual([429, 429]);
  });

  it('have e-mails wait beyond three hundred an hour for an address, and lose none', async () => {
    await start({ RATE_LIMIT: 'on' });
    const ada = await app.given.owner();
    const { body: channel } = await create(ada, ada.email);
    await Promise.all(Array.from({ length: 302 }, () => Outgoing.announceTo(app, ada, channel.id)));
    expect(await mails()).toHaveLength(300);
    const { body } = await ada.api.get(`${PATH}/${channel.id}/deliveries?status=pending`);
    expect(body.data).toHaveLength(2);
    expect(body.data[0]).toMatchObject({ attempts: 0, lastError: expect.stringContaining('It waits') });
    const wait = Date.parse(body.data[0].nextAttemptAt) - app.clock.now().getTime();
    expect(wait).toBeGreaterThan(50 * 60_000);
    expect(wait).toBeLessThanOrEqual(HOUR);
  });
});

describe('the page of a link', () => {
  it('runs nothing, loads nothing, sends its form to this server only, and is kept by nobody', async () => {
    await start({ DOCS: 'off' });
    const ada = await app.given.owner({ name: '<img src=x onerror=alert(1)>' });
    await create(ada);
    const { status, text, headers } = await app.anyone.get((await links())[0]!);
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*form-action 'self'/);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(text).toContain('width=device-width');
    expect(text).not.toMatch(/<img|<script|https?:\/\//);
  });

  it.each([
    ['that the operator gave', { PUBLIC_URL: 'https://pulse.example.com' }, 'https://pulse.example.com/'],
    ['that it listens at', {}, 'http://localhost:0/'],
  ])('is opened at the address %s, whatever the request for the e-mail said', async (_, env, origin) => {
    await start(env);
    const ada = await app.given.owner();
    await ada.api.post(
      PATH,
      { name: 'Night', config: { type: 'email', address: ADDRESS } },
      { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    );
    const [mail] = await mails();
    expect(mail.text).toContain(`${origin}confirm/pulse_cnf_`);
    expect(mail.text).not.toContain('evil');
  });

  it('is limited for each address', async () => {
    await start({ RATE_LIMIT: 'on' });
    const statuses = [];
    for (let i = 0; i < 61; i += 1) statuses.push((await app.anyone.get('/confirm/x')).status);
    expect(statuses.slice(59)).toEqual([410, 429]);
  });
});
