import { afterEach, describe, expect, it } from '@jest/globals';
import { Transactions } from '../../src/database/transactions.js';
import { Outbox } from '../../src/notifications/deliveries/outbox.js';
import { TestApp } from '../app.js';
import type { Person } from '../given.js';
import { incident } from '../incident-message.js';
import { MailServer } from '../mail-server.js';
import { certificate } from '../egress/certificates.js';
import { attemptNext, drain } from '../outgoing.js';

const PATH = '/v1/notification-channels';

let app: TestApp;
let mails: MailServer | null = null;
afterEach(async () => {
  await app.stop();
  await mails?.stop();
  mails = null;
});

async function startWithMail(
  more: (server: MailServer) => Record<string, string> = () => ({}),
  tls?: Parameters<typeof MailServer.start>[0],
): Promise<MailServer> {
  mails = await MailServer.start(tls);
  app = await TestApp.start({ env: { SMTP_URL: `smtp://127.0.0.1:${mails.port}`, ...more(mails) } });
  return mails;
}

const firstChannel = async ({ api }: Person): Promise<any> => (await api.get(PATH)).body.data[0];

async function lastDelivery(person: Person): Promise<any> {
  const { id } = await firstChannel(person);
  return (await person.api.get(`${PATH}/${id}/deliveries`)).body.data[0];
}

/** Tells the first channel of somebody's team of an incident called `title`. */
async function announce(person: Person, title = 'Checkout API: check failed'): Promise<void> {
  const { id } = await firstChannel(person);
  const payload = { ...incident, incident: { ...incident.incident, title } };
  const to = { teamId: person.teamId, channelIds: [id], incidentId: 'inc_1', at: app.clock.now() };
  await app
    .get(Transactions)
    .run((tx) => app.get(Outbox).enqueue(tx, { ...to, type: 'incident.created', payload }));
}

describe('an e-mail', () => {
  it('reaches the owner of a team over the mail server', async () => {
    const server = await startWithMail();
    const ada = await app.given.owner();
    await announce(ada);
    await drain(app);

    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: 'pulse@localhost', to: [ada.email], user: null });
    for (const header of [
      'From: PulseAPI <pulse@localhost>',
      `To: ${ada.email}`,
      'Subject: Incident: Checkout API: check failed',
      'Auto-Submitted: auto-generated',
      'Content-Type: multipart/alternative',
    ])
      expect(mail!.source).toContain(header);
    const delivery = await lastDelivery(ada);
    expect(delivery).toMatchObject({ status: 'delivered', lastStatusCode: 250 });
    expect(mail!.source).toContain(`Message-ID: <${delivery.webhookId}@pulseapi>`);
  });

  it('is sent as whom the operator says, with the credentials of the URL', async () => {
    const server = await startWithMail(({ port }) => ({
      SMTP_URL: `smtp://pulse%40example.com:canary@127.0.0.1:${port}`,
      MAIL_FROM: 'Alerts <alerts@example.com>',
    }));
    await announce(await app.given.owner());
    await drain(app);
    expect(server.mails).toMatchObject([{ from: 'alerts@example.com', user: 'pulse@example.com' }]);
    expect(server.mails[0]!.source).toContain('From: Alerts <alerts@example.com>');
  });

  it('has no header that a name smuggled in', async () => {
    const server = await startWithMail();
    const ada = await app.given.owner();
    await announce(ada, 'x\r\nBcc: eve@example.com\r\n\r\nbody');
    await drain(app);
    expect(server.mails).toMatchObject([{ to: [ada.email] }]);
    expect(server.mails[0]!.source).not.toMatch(/^Bcc:/im);
  });

  it('goes over connections that are kept', async () => {
    const server = await startWithMail();
    const ada = await app.given.owner();
    for (let i = 0; i < 3; i += 1) {
      await announce(ada);
      await drain(app);
    }
    expect([server.mails.length, server.connections]).toEqual([3, 1]);
  });

  it('is tried again when the server refuses it', async () => {
    const server = await startWithMail();
    server.refusals.push(451);
    const ada = await app.given.owner();
    await announce(ada);
    await drain(app);
    const refused = await lastDelivery(ada);
    expect(refused).toMatchObject({
      status: 'pending',
      lastStatusCode: 451,
      lastError: 'The mail server refused the address: it answered 451.',
    });
    await attemptNext(app, refused);
    expect(server.mails).toHaveLength(1);
    expect((await lastDelivery(ada)).status).toBe('delivered');
  });

  it.each([
    ['refuses the credentials', 'pulse:wrong@', 'The mail server refused our credentials: it answered 535.'],
    ['is not there', '', 'The mail server could not be reached: nothing listens at its address.'],
  ])('is tried again when the server %s', async (what, user, lastError) => {
    await startWithMail(({ port }) => ({
      SMTP_URL: `smtp://${user}127.0.0.1:${what === 'is not there' ? 1 : port}`,
    }));
    const ada = await app.given.owner();
    await announce(ada);
    await drain(app);
    const delivery = await lastDelivery(ada);
    expect(delivery).toMatchObject({ status: 'pending', lastError });
    expect(JSON.stringify(delivery)).not.toContain('127.0.0.1');
  });

  it.each([
    ['is self-signed', { name: '127.0.0.1', hosts: ['127.0.0.1'] }, undefined, 'it is self-signed'],
    ['is for another name', { name: 'x', hosts: ['mail.example.com'] }, undefined, 'it is self-signed'],
    [
      'is of an unknown authority',
      { name: '127.0.0.1', hosts: ['127.0.0.1'] },
      'Some authority',
      'its authority is not trusted here',
    ],
  ])('is not sent to a server whose certificate %s', async (_, described, issuer, why) => {
    const server = await startWithMail(undefined, certificate(described, issuer));
    const ada = await app.given.owner();
    await announce(ada);
    await drain(app);
    expect(await lastDelivery(ada)).toMatchObject({
      status: 'pending',
      lastError: `The certificate of the mail server is not trusted: ${why}.`,
    });
    expect(server.mails).toEqual([]);
  });

  it('is written to the log where there is no mail server', async () => {
    const log: string[] = [];
    app = await TestApp.start({ log: { write: (line) => log.push(line) } });
    const ada = await app.given.owner();
    await announce(ada);
    await drain(app);
    const line = log.find((each) => each.includes('SMTP_URL is not set'));
    expect(JSON.parse(line!)).toMatchObject({
      level: 'info',
      to: ada.email,
      subject: 'Incident: Checkout API: check failed',
      text: expect.stringContaining('Host: api.example.com'),
    });
    expect((await lastDelivery(ada)).status).toBe('delivered');
  });
});
