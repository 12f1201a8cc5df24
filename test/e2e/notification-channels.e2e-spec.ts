import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityMissing, PlanRequired } from '../../src/auth/auth.problems.js';
import { ChannelEvents } from '../../src/notifications/channels/channel-events.js';
import {
  ChannelLimitReached,
  ChannelNameTaken,
  ChannelWithoutSecret,
} from '../../src/notifications/notifications.problems.js';
import { isSigningSecret } from '../../src/notifications/channels/signing-secret.js';
import { NotFound, PreconditionFailed, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import { DAY } from '../test-clock.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const PATH = '/v1/notification-channels';
const SLACK = 'https://hooks.slack.com/services/T1/B1/canary';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const email = { type: 'email', address: 'night@example.com' };
const slack = { type: 'slack', webhookUrl: SLACK };
const webhook = { type: 'webhook', url: 'https://hooks.example.com/pulse?team=1' };

const create = ({ api }: Person, config: object, more: object = {}) =>
  api.post(PATH, { name: 'On call', config, ...more });

const channelsOf = async ({ api }: Person): Promise<any[]> => (await api.get(PATH)).body.data;

const refusedAt = (...pointers: string[]) => ({
  errors: pointers.map((pointer) => ({ pointer, code: expect.any(String), message: expect.any(String) })),
});

describe('a new team', () => {
  it('has a channel to its owner, and the log tells so without the address', async () => {
    const ada = await app.given.owner();
    expect(await channelsOf(ada)).toMatchObject([
      { name: 'E-mail of the owner', config: { type: 'email', address: ada.email }, active: true },
    ]);
    const [event] = await app.given.log(ada, '&action=channel.created');
    expect(event).toMatchObject({ outcome: 'success', target: { type: 'channel' } });
    expect(JSON.stringify(event)).not.toContain(ada.email);
  });

  it('gets it from whoever founds the team, to their own address', async () => {
    const ada = await app.given.owner();
    const { body: team } = await ada.api.post('/v1/teams', { name: 'Second' });
    await ada.api.put('/v1/auth/session/team', { teamId: team.id });
    expect(await channelsOf(ada)).toMatchObject([{ config: { address: ada.email } }]);
    const [event] = await app.given.log(ada, '&action=channel.created');
    expect(event).toMatchObject({ actor: { type: 'user', id: ada.id } });
  });
});

describe('POST /v1/notification-channels', () => {
  it('creates a channel to an e-mail address', async () => {
    const ada = await app.given.owner();
    const { status, headers, body } = await create(ada, email, { name: '  Night  shift ' });
    expect(status).toBe(201);
    expect(headers['location']).toBe(`${PATH}/${body.id}`);
    expect(body).toEqual({
      id: expect.stringMatching(/^chn_[0-9a-z]{26}$/),
      name: 'Night  shift',
      config: email,
      active: true,
      disabledReason: null,
      confirmedAt: null,
      previousSecretEndsAt: null,
      secret: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
  });

  it('creates a webhook and shows its signing secret this once', async () => {
    const ada = await app.given.owner();
    const { body, headers } = await create(ada, webhook);
    const { secret, ...rest } = body;
    expect(isSigningSecret(secret)).toBe(true);
    const read = await ada.api.get(`${PATH}/${body.id}`);
    expect(read.body).toEqual({ ...rest, config: webhook });
    expect(read.headers['etag']).toBe(headers['etag']);
  });

  it('takes a signing secret that the receiver has already', async () => {
    const { body } = await create(await app.given.owner(), webhook, { secret: SECRET });
    expect(body.secret).toBe(SECRET);
  });

  it('shows of a Slack channel only the host', async () => {
    const ada = await app.given.owner();
    const { body, text } = await create(ada, slack);
    const shown = { type: 'slack', webhookUrl: null, isSet: true, host: 'hooks.slack.com' };
    expect(body.config).toEqual(shown);
    expect((await ada.api.get(`${PATH}/${body.id}`)).body.config).toEqual(shown);
    const log = JSON.stringify(await app.given.log(ada, '&action=channel.*'));
    expect(log).toContain('config.webhookUrl');
    expect([text, log].filter((each) => each.includes('canary'))).toEqual([]);
  });

  it('tells of the secret only that there is one', async () => {
    const ada = await app.given.owner();
    const { body } = await create(ada, webhook);
    const [event] = await app.given.log(ada, `&targetId=${body.id}`);
    expect(event.changes).toEqual([
      { field: 'name', from: null, to: 'On call' },
      { field: 'active', from: null, to: true },
      { field: 'config', from: null, to: webhook },
      { field: 'secret', redacted: true },
    ]);
  });

  it.each([
    ['no config', undefined, ['/config']],
    ['a config that is none', 'email', ['/config']],
    ['a type that is none', { type: 'pigeon' }, ['/config/type']],
    ['no address', { type: 'email' }, ['/config/address']],
    ['an address that is none', { type: 'email', address: 'night' }, ['/config/address']],
    [
      'an address with a header behind it',
      { type: 'email', address: 'a@example.com\r\nBcc: b@example.com' },
      ['/config/address'],
    ],
    ['two addresses', { type: 'email', address: 'a@example.com, b@example.com' }, ['/config/address']],
    [
      'a Slack webhook without TLS',
      { type: 'slack', webhookUrl: 'http://hooks.slack.com/x' },
      ['/config/webhookUrl'],
    ],
    ['a URL that is none', { type: 'webhook', url: 'ftp://example.com' }, ['/config/url']],
    ['a URL with a password', { type: 'webhook', url: 'https://u:p@example.com' }, ['/config/url']],
    ['a number for a URL', { type: 'webhook', url: 1 }, ['/config/url']],
    ['a member of another type', { ...email, url: 'https://example.com' }, ['/config/url']],
  ])('refuses %s', async (_, config, pointers) => {
    const ada = await app.given.owner();
    const answer = await ada.api.post(PATH, { name: 'On call', config });
    expectProblem(answer, ValidationFailed, refusedAt(...pointers));
    expect(await channelsOf(ada)).toHaveLength(1);
  });

  it.each([
    'http://127.0.0.1/hook',
    'http://2130706433/',
    'http://localhost:8080/',
    'https://169.254.169.254/latest/meta-data',
    'http://[::1]/',
    'http://10.1.2.3/',
  ])('refuses %s, an address that may not be reached', async (url) => {
    const answer = await create(await app.given.owner(), { type: 'webhook', url });
    expectProblem(answer, ValidationFailed, {
      errors: [{ pointer: '/config/url', code: 'address-not-allowed', message: expect.any(String) }],
    });
  });

  it.each(['whsec_', 'whsec_short', SECRET.slice(6), `${SECRET}!`, `whsec_${'A'.repeat(200)}`, 1, null])(
    'refuses %j as a signing secret',
    async (secret) => {
      const answer = await create(await app.given.owner(), webhook, { secret });
      expectProblem(answer, ValidationFailed, refusedAt('/secret'));
    },
  );

  it('refuses a signing secret for what is not signed', async () => {
    const answer = await create(await app.given.owner(), email, { secret: SECRET });
    expectProblem(answer, ValidationFailed, refusedAt('/secret'));
  });

  it.each(['On call', 'ON CALL', ' on  call '])('refuses %j where there is an "On call"', async (name) => {
    const ada = await app.given.owner();
    await create(ada, email);
    expectProblem(await create(ada, email, { name }), ChannelNameTaken);
  });

  it('leaves Slack and webhooks to plans that include them', async () => {
    const ada = await app.given.owner({ plan: 'free' });
    for (const config of [slack, webhook])
      expectProblem(await create(ada, config), PlanRequired, { plan: 'free', requiredPlan: 'starter' });
    expect((await create(ada, email)).status).toBe(201);
  });

  it('stops at 50, also when many are created at once', async () => {
    const ada = await app.given.owner();
    const answers = await Promise.all(
      Array.from({ length: 52 }, (_, i) => create(ada, email, { name: `Channel ${i}` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(49);
    expectProblem(
      answers.find(({ status }) => status !== 201)!,
      ChannelLimitReached,
      { limit: 50, used: 50 },
    );
    expect(await channelsOf(ada)).toHaveLength(50);
  });

  it('repeats an answer with a secret for ten minutes, and no longer', async () => {
    const ada = await app.given.owner();
    const once = () =>
      ada.api.post(PATH, { name: 'On call', config: webhook }, { 'idempotency-key': 'once' });
    const { body } = await once();
    expect((await once()).body.secret).toBe(body.secret);
    app.clock.advance(11 * 60_000);
    expect((await once()).body.code).toBe('idempotency-answer-lost');
  });

  it('is closed to viewers', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer');
    expect(await channelsOf(grace)).toHaveLength(1);
    expectProblem(await create(grace, email), AbilityMissing, {
      required: [Ability.ChannelsWrite],
      missing: [Ability.ChannelsWrite],
    });
  });
});

describe('PATCH /v1/notification-channels/{id}', () => {
  it('changes what it is given and tells of it', async () => {
    const ada = await app.given.owner();
    const { body: channel } = await create(ada, email);
    const address = 'day@example.com';
    const { body } = await ada.api.patch(`${PATH}/${channel.id}`, { config: { address } });
    expect(body).toMatchObject({ name: 'On call', config: { type: 'email', address } });
    const [event] = await app.given.log(ada, '&action=channel.updated');
    expect(event.changes).toEqual([{ field: 'config', from: email, to: { ...email, address } }]);
  });

  it('keeps the secret of a webhook, and the address of a Slack channel, when other things change', async () => {
    const ada = await app.given.owner();
    const { body: hook } = await create(ada, webhook);
    const { body: room } = await create(ada, slack, { name: 'Room' });
    const url = 'https://hooks.example.com/other';
    const { body } = await ada.api.patch(`${PATH}/${hook.id}`, { name: 'Pager', config: { url } });
    expect(body.secret).toBeNull();
    await ada.api.patch(`${PATH}/${room.id}`, { name: 'War room' });
    const events = await app.given.log(ada, '&action=channel.updated');
    const fields = events.flatMap(({ changes }) => changes.map(({ field }: { field: string }) => field));
    expect(fields.toSorted()).toEqual(['config', 'name', 'name']);
  });

  it('signs with another secret once it leads to another origin, and with none before it', async () => {
    const ada = await app.given.owner();
    const { body: hook } = await create(ada, webhook);
    await ada.api.post(`${PATH}/${hook.id}/rotate-secret`);
    const config = { url: 'https://example.org/' };
    const { body } = await ada.api.patch(`${PATH}/${hook.id}`, { config });
    expect(isSigningSecret(body.secret)).toBe(true);
    expect(body.previousSecretEndsAt).toBeNull();
    const [event] = await app.given.log(ada, '&action=channel.updated');
    expect(event.changes).toContainEqual({ field: 'secret', redacted: true });
    expect((await ada.api.get(`${PATH}/${hook.id}`)).body.secret).toBeUndefined();
  });

  it('tells of another Slack address only that it changed', async () => {
    const ada = await app.given.owner();
    const { body: room } = await create(ada, slack);
    const config = { type: 'slack', webhookUrl: 'https://hooks.slack.com/services/T1/B1/sparrow' };
    await ada.api.patch(`${PATH}/${room.id}`, { config });
    const [event] = await app.given.log(ada, '&action=channel.updated');
    expect(event.changes).toEqual([{ field: 'config.webhookUrl', redacted: true }]);
  });

  it('keeps the type', async () => {
    const ada = await app.given.owner();
    const { body } = await create(ada, email);
    const at = `${PATH}/${body.id}`;
    expectProblem(await ada.api.patch(at, { config: webhook }), ValidationFailed, refusedAt('/config/type'));
    const url = 'https://example.com';
    expectProblem(await ada.api.patch(at, { config: { url } }), ValidationFailed, refusedAt('/config/url'));
  });

  it('refuses an address that may not be reached', async () => {
    const ada = await app.given.owner();
    const { body } = await create(ada, webhook);
    const config = { url: 'http://192.168.0.1/' };
    const answer = await ada.api.patch(`${PATH}/${body.id}`, { config });
    expectProblem(answer, ValidationFailed, refusedAt('/config/url'));
  });

  it('refuses an edit of what was changed meanwhile', async () => {
    const ada = await app.given.owner();
    const { body, headers } = await create(ada, webhook);
    await ada.api.patch(`${PATH}/${body.id}`, { name: 'Pager' });
    const stale = { 'if-match': headers['etag'] as string };
    expectProblem(await ada.api.patch(`${PATH}/${body.id}`, { name: 'x' }, stale), PreconditionFailed);
    expectProblem(await ada.api.delete(`${PATH}/${body.id}`, stale), PreconditionFailed);
  });
});

describe('POST /v1/notification-channels/{id}/rotate-secret', () => {
  it('shows another secret, and until when the former one signs too', async () => {
    const ada = await app.given.owner();
    const { body: before } = await create(ada, webhook);
    const now = app.clock.now().getTime();
    const { body, status } = await ada.api.post(`${PATH}/${before.id}/rotate-secret`);
    expect(status).toBe(200);
    expect(isSigningSecret(body.secret)).toBe(true);
    expect(body.secret).not.toBe(before.secret);
    const ends = Date.parse(body.previousSecretEndsAt) - now;
    expect(ends).toBeGreaterThanOrEqual(DAY);
    expect(ends).toBeLessThan(DAY + 60_000);
    const [event] = await app.given.log(ada, '&action=channel.secret-rotated');
    expect(event.changes).toEqual([{ field: 'secret', redacted: true }]);
  });

  it('is for webhooks only', async () => {
    const ada = await app.given.owner();
    const { body } = await create(ada, email);
    expectProblem(await ada.api.post(`${PATH}/${body.id}/rotate-secret`), ChannelWithoutSecret);
  });
});

describe('DELETE /v1/notification-channels/{id}', () => {
  it('deletes a channel, and gives its name free', async () => {
    const ada = await app.given.owner();
    const { body } = await create(ada, email);
    expect((await ada.api.delete(`${PATH}/${body.id}`)).status).toBe(204);
    expectProblem(await ada.api.get(`${PATH}/${body.id}`), NotFound);
    expect((await create(ada, email)).status).toBe(201);
  });

  it('tells those who refer to it, in the same change', async () => {
    const removed: string[][] = [];
    app.get(ChannelEvents).onRemoved(async (tx, teamId, channelId) => {
      const [row] = await tx.manager.query('SELECT id FROM notification_channels WHERE id = ?', [channelId]);
      removed.push([teamId, row.id]);
    });
    const ada = await app.given.owner();
    const { body } = await create(ada, email);
    await ada.api.delete(`${PATH}/${body.id}`);
    expect(removed).toEqual([[ada.teamId, body.id]]);
  });
});

describe('a plan that no longer includes a type', () => {
  it('makes its channels inactive as the system, and keeps the others', async () => {
    const ada = await app.given.owner();
    const { body: hook } = await create(ada, webhook);
    const { body: room } = await create(ada, slack, { name: 'Room' });
    const { body: off } = await create(ada, webhook, { name: 'Off', active: false });

    await app.given.onPlan(ada.teamId, 'free');

    const channels = await channelsOf(ada);
    expect(channels.map(({ active, disabledReason }) => [active, disabledReason])).toEqual([
      [true, null],
      [false, 'plan-required'],
      [false, 'plan-required'],
      [false, null],
    ]);
    const events = await app.given.log(ada, '&action=channel.disabled');
    expect(events.map(({ target }) => target.id).toSorted()).toEqual([hook.id, room.id].toSorted());
    expect(events[0]).toMatchObject({ actor: { type: 'system' } });
    expect(off.active).toBe(false);
  });

  it('does not let them be made active until it does again', async () => {
    const ada = await app.given.owner();
    const { body } = await create(ada, webhook);
    await app.given.onPlan(ada.teamId, 'free');
    const activate = () => ada.api.patch(`${PATH}/${body.id}`, { active: true });
    expectProblem(await activate(), PlanRequired, { plan: 'free', requiredPlan: 'starter' });
    expect((await ada.api.patch(`${PATH}/${body.id}`, { name: 'Later' })).status).toBe(200);
    await app.given.onPlan(ada.teamId, 'starter');
    expect((await activate()).body).toMatchObject({ active: true, disabledReason: null });
  });
});
