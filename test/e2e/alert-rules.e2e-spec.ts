import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityMissing } from '../../src/auth/auth.problems.js';
import { AlertRuleLimitReached, AlertRuleNameTaken } from '../../src/alert-rules/alert-rules.problems.js';
import { ActiveRules } from '../../src/alert-rules/active-rules.js';
import { RuleEvents } from '../../src/alert-rules/rule-events.js';
import { CheckResultObservers } from '../../src/checks/result/check-result-observers.js';
import { ChangeFeed } from '../../src/database/change-feed.js';
import { NotFound, PreconditionFailed, ValidationFailed } from '../../src/problems/common.problems.js';
import { MonitorState } from '../../src/monitors/monitor-state.entity.js';
import { Transactions } from '../../src/database/transactions.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import { good } from '../fake-prober.js';
import type { Person } from '../given.js';
import { givenChecks, givenRollups } from '../given-checks.js';
import type { Answer } from '../http-client.js';
import { DAY, MINUTE } from '../test-clock.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const SLOW = { name: 'Slow', condition: 'response-time', operator: 'above', value: 2_000 };

async function monitor({ api }: Person, name = 'API'): Promise<string> {
  return (await api.post('/v1/monitors', { name, url: 'https://example.com' })).body.id;
}

/** The channel a team begins with. */
const channel = async ({ api }: Person): Promise<string> =>
  (await api.get('/v1/notification-channels')).body.data[0].id;

async function rule({ api }: Person, more: object = {}): Promise<any> {
  const { body, status, text } = await api.post('/v1/alert-rules', { ...SLOW, ...more });
  if (status !== 201) throw new Error(`No rule was created: ${text}`);
  return body;
}

const rules = async ({ api }: Person, query = ''): Promise<any[]> =>
  (await api.get(`/v1/alert-rules${query}`)).body.data;

const over = (...monitorIds: string[]) => ({ scope: 'monitors', monitorIds });

/** Asserts that the input was refused for these issues, each as its pointer and code. */
function expectFaults(answer: Answer, ...issues: string[]): void {
  expectProblem(answer, ValidationFailed, { errors: expect.any(Array) });
  expect(answer.body.errors.map((error: any) => `${error.pointer} ${error.code}`)).toEqual(issues);
}

describe('a new team', () => {
  it('has a rule that a check failed over all monitors to its e-mail channel, and the log tells so', async () => {
    const ada = await app.given.owner();
    const { body: channels } = await ada.api.get('/v1/notification-channels');

    expect(await rules(ada)).toMatchObject([
      {
        name: 'Check failed',
        condition: 'check-failed',
        operator: null,
        value: null,
        window: null,
        scope: 'team',
        monitorIds: [],
        channelIds: [channels.data[0].id],
        cooldownSeconds: 900,
        priority: 'high',
        active: true,
      },
    ]);
    const [event] = await app.given.log(ada, '&action=alert-rule.created');
    expect(event).toMatchObject({ outcome: 'success', target: { name: 'Check failed' } });
  });

  it('gets it from whoever founds the team', async () => {
    const ada = await app.given.owner();
    const { body: team } = await ada.api.post('/v1/teams', { name: 'Second' });
    await ada.api.put('/v1/auth/session/team', { teamId: team.id });

    const events = await app.given.log(ada, '&action=alert-rule.created');

    expect(events).toMatchObject([{ actor: { type: 'user', id: ada.id } }]);
  });
});

describe('POST /v1/alert-rules', () => {
  it('creates a rule with defaults, over all monitors', async () => {
    const ada = await app.given.owner();

    const { status, headers, body } = await ada.api.post('/v1/alert-rules', SLOW);

    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/alert-rules/${body.id}`);
    expect(body).toEqual({
      ...SLOW,
      id: expect.stringMatching(/^rul_[0-9a-z]{26}$/),
      description: null,
      window: null,
      scope: 'team',
      monitorIds: [],
      channelIds: [],
      cooldownSeconds: 900,
      priority: 'high',
      triggerAfter: 1,
      resolveAfter: 2,
      active: true,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await ada.api.get(`/v1/alert-rules/${body.id}`)).body).toEqual(body);
  });

  it('takes every setting', async () => {
    const ada = await app.given.owner();
    const settings = {
      name: 'Rarely up',
      description: 'Too little',
      condition: 'uptime',
      operator: 'at-most',
      value: 99.95,
      window: '30d',
      ...over(await monitor(ada), await monitor(ada)),
      channelIds: [await channel(ada)],
      cooldownSeconds: 0,
      priority: 'critical',
      triggerAfter: 10,
      resolveAfter: 10,
      active: false,
    };
    const created = await rule(ada, settings);
    expect(created).toMatchObject({ ...settings, monitorIds: settings.monitorIds.toSorted() });
    expect((await ada.api.get(`/v1/alert-rules/${created.id}`)).body).toEqual(created);
  });

  it.each<[object, ...string[]]>([
    [{ cooldownSeconds: -1 }, '/cooldownSeconds min'],
    [{ cooldownSeconds: 86_401 }, '/cooldownSeconds max'],
    [{ cooldownSeconds: 1.5 }, '/cooldownSeconds is-int'],
    [{ triggerAfter: 0 }, '/triggerAfter min'],
    [{ triggerAfter: 11 }, '/triggerAfter max'],
    [{ resolveAfter: 0 }, '/resolveAfter min'],
    [{ resolveAfter: 11 }, '/resolveAfter max'],
    [{ priority: 'urgent' }, '/priority is-in'],
    [{ priority: null }, '/priority is-in'],
    [{ scope: 'all' }, '/scope is-in'],
    [{ condition: 'weather' }, '/condition is-in'],
    [{ operator: 'about' }, '/operator is-in'],
    [{ operator: 'equals' }, '/operator is-in'],
    [{ operator: null }, '/operator required'],
    [{ value: 60_001 }, '/value range'],
    [{ value: '2000' }, '/value is-number'],
    [{ value: null }, '/value required'],
    [{ window: '24h' }, '/window not-taken'],
    [{ condition: 'uptime', operator: 'below', value: 99, window: '1d' }, '/window is-in'],
    [{ name: ' ' }, '/name is-length'],
    [{ active: 'yes' }, '/active is-boolean'],
    [{ scope: 'monitors' }, '/monitorIds array-not-empty'],
    [{ scope: 'monitors', monitorIds: [] }, '/monitorIds array-not-empty'],
    [{ scope: 'team', monitorIds: ['mon_1'] }, '/monitorIds not-taken'],
    [{ monitorIds: 'mon_1' }, '/monitorIds is-array'],
    [
      { scope: 'monitors', monitorIds: ['mon_1', 7, ''] },
      '/monitorIds/1 identifier',
      '/monitorIds/2 identifier',
    ],
    [{ scope: 'monitors', monitorIds: ['mon_1', 'mon_1'] }, '/monitorIds array-unique'],
    [{ channelIds: [{}] }, '/channelIds/0 identifier'],
    [{ severity: 'high' }, '/severity unknown-member'],
  ])('refuses %j', async (more, ...issues) => {
    const ada = await app.given.owner();
    expectFaults(await ada.api.post('/v1/alert-rules', { ...SLOW, ...more }), ...issues);
    expect(await rules(ada)).toHaveLength(1);
  });

  it('names each monitor and channel that the team does not have', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.owner();
    const foreign = await monitor(grace);
    const answer = await ada.api.post('/v1/alert-rules', {
      ...SLOW,
      ...over(await monitor(ada), foreign, 'mon_unknown'),
      channelIds: [await channel(grace), await channel(ada), 'chn_unknown'],
    });
    expectFaults(
      answer,
      '/monitorIds/1 monitor',
      '/monitorIds/2 monitor',
      '/channelIds/0 channel',
      '/channelIds/2 channel',
    );
  });

  it.each(['Slow', 'SLOW ', 'check  Failed'])('refuses the name %j where it is taken', async (name) => {
    const ada = await app.given.owner();
    await rule(ada);
    expectProblem(await ada.api.post('/v1/alert-rules', { ...SLOW, name }), AlertRuleNameTaken);
    expect(await rules(ada)).toHaveLength(2);
  });

  it('stops at 100 rules, also when many come at once', async () => {
    const ada = await app.given.owner();
    for (let i = 1; i < 98; i += 1) await rule(ada, { name: `Slow ${i}` });

    const creations = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      ada.api.post('/v1/alert-rules', { ...SLOW, name }),
    );
    const answers = await Promise.all(creations);

    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(3);
    for (const answer of refused) expectProblem(answer, AlertRuleLimitReached, { limit: 100, used: 100 });
  });

  it('is closed to viewers, who may look', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer');
    expect(await rules(grace)).toHaveLength(1);
    expectProblem(await grace.api.post('/v1/alert-rules', SLOW), AbilityMissing, {
      required: [Ability.AlertRulesWrite],
      missing: [Ability.AlertRulesWrite],
    });
  });
});

describe('GET /v1/alert-rules', () => {
  it('lists the rules of the team, oldest first, page by page', async () => {
    const ada = await app.given.owner();
    const { id } = await rule(ada);
    const { body: first } = await ada.api.get('/v1/alert-rules?limit=1');
    expect(first.data).toMatchObject([{ name: 'Check failed' }]);
    const { body: second } = await ada.api.get(`/v1/alert-rules?limit=1&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ data: [{ id }], nextCursor: null });
  });

  it('filters by activity, priority and name', async () => {
    const ada = await app.given.owner();
    await rule(ada, { name: 'Slow checkout', active: false, priority: 'low' });
    const names = async (query: string) => (await rules(ada, query)).map(({ name }) => name);
    expect(await names('?active=true')).toEqual(['Check failed']);
    expect(await names('?active=false')).toEqual(['Slow checkout']);
    expect(await names('?priority=low')).toEqual(['Slow checkout']);
    expect(await names('?q=CHECK&priority=high')).toEqual(['Check failed']);
    expect(await names('?q=%25')).toEqual([]);
  });

  it('finds what is over a monitor, whether it names it or is over all', async () => {
    const ada = await app.given.owner();
    const [first, second] = [await monitor(ada), await monitor(ada)];
    await rule(ada, over(first));
    await rule(ada, { name: 'Other', ...over(second) });
    const found = await rules(ada, `?monitorId=${first}`);
    expect(found.map(({ name }) => name)).toEqual(['Check failed', 'Slow']);
    expect(found[1].monitorIds).toEqual([first]);
    expect(await rules(ada, `?monitorId=${await monitor(await app.given.owner())}`)).toEqual([]);
  });

  it.each(['active=yes', 'active=1', 'priority=urgent'])('refuses ?%s', async (query) => {
    const ada = await app.given.owner();
    const [parameter] = query.split('=');
    expectProblem(await ada.api.get(`/v1/alert-rules?${query}`), ValidationFailed, {
      errors: [expect.objectContaining({ parameter })],
    });
  });
});

describe('PATCH /v1/alert-rules/{id}', () => {
  it('changes what it is given and tells of it', async () => {
    const ada = await app.given.owner();
    const [first, second] = [await monitor(ada), await monitor(ada)];
    const { id } = await rule(ada, over(first));

    const { body } = await ada.api.patch(`/v1/alert-rules/${id}`, {
      condition: 'uptime',
      operator: 'below',
      value: 99.9,
      window: '7d',
      monitorIds: [second],
    });

    expect(body).toMatchObject({ condition: 'uptime', value: 99.9, window: '7d', monitorIds: [second] });
    expect((await ada.api.get(`/v1/alert-rules/${id}`)).body).toEqual(body);
    const [event] = await app.given.log(ada, '&action=alert-rule.updated');
    expect(event.changes).toEqual([
      { field: 'condition', from: 'response-time', to: 'uptime' },
      { field: 'operator', from: 'above', to: 'below' },
      { field: 'value', from: 2_000, to: 99.9 },
      { field: 'window', from: null, to: '7d' },
      { field: 'monitorIds', from: [first], to: [second] },
    ]);
  });

  it('holds an edit against the rest of the rule', async () => {
    const ada = await app.given.owner();
    const { id } = await rule(ada);
    const patch = (input: object) => ada.api.patch(`/v1/alert-rules/${id}`, input);
    expectFaults(await patch({ operator: 'equals' }), '/operator is-in');
    expectFaults(await patch({ condition: 'status-code' }), '/operator required', '/value required');
    expectFaults(await patch({ scope: 'monitors' }), '/monitorIds array-not-empty');
    expectFaults(await patch({ monitorIds: [await monitor(ada)] }), '/monitorIds not-taken');
    expect((await patch({ condition: 'check-failed' })).body).toMatchObject({ operator: null, value: null });
  });

  it('refuses the name of another one, but not its own in another case', async () => {
    const ada = await app.given.owner();
    const { id } = await rule(ada);
    expectProblem(await ada.api.patch(`/v1/alert-rules/${id}`, { name: 'check failed' }), AlertRuleNameTaken);
    expect((await ada.api.patch(`/v1/alert-rules/${id}`, { name: 'SLOW' })).body.name).toBe('SLOW');
  });

  it('refuses an edit of what was changed meanwhile', async () => {
    const ada = await app.given.owner();
    const { id } = await rule(ada);
    const { headers } = await ada.api.get(`/v1/alert-rules/${id}`);
    await ada.api.patch(`/v1/alert-rules/${id}`, { value: 1 });

    const stale = { 'if-match': headers['etag'] as string };
    expectProblem(await ada.api.patch(`/v1/alert-rules/${id}`, { value: 2 }, stale), PreconditionFailed);
    expectProblem(await ada.api.delete(`/v1/alert-rules/${id}`, stale), PreconditionFailed);
  });

  it('does not find the rule of another team', async () => {
    const ada = await app.given.owner();
    const { id } = await rule(await app.given.owner());
    for (const answer of [
      await ada.api.get(`/v1/alert-rules/${id}`),
      await ada.api.patch(`/v1/alert-rules/${id}`, { name: 'x' }),
      await ada.api.post(`/v1/alert-rules/${id}/test`),
      await ada.api.delete(`/v1/alert-rules/${id}`),
    ])
      expectProblem(answer, NotFound);
  });
});

describe('POST /v1/alert-rules/{id}/test', () => {
  it('tells of every monitor in scope and changes nothing', async () => {
    const ada = await app.given.owner();
    const [first] = [await monitor(ada, 'First'), await monitor(ada, 'Second')];
    const named = await rule(ada, over(first));
    const [ofTeam] = await rules(ada);
    const namesOf = ({ body }: Answer) => body.monitors.map(({ monitorName }: any) => monitorName);

    expect(namesOf(await ada.api.post(`/v1/alert-rules/${ofTeam.id}/test`))).toEqual(['First', 'Second']);
    expect((await ada.api.post(`/v1/alert-rules/${named.id}/test`)).body).toEqual({
      monitors: [
        {
          monitorId: first,
          monitorName: 'First',
          value: null,
          wouldFire: null,
          explanation: 'It has not been checked yet.',
        },
      ],
    });
    expect((await ada.api.get(`/v1/alert-rules/${named.id}`)).body).toEqual(named);
  });

  it('holds the rule against the last check of each monitor', async () => {
    const ada = await app.given.owner();
    const [slow, silent] = ['https://slow.example.com/', 'https://silent.example.com/'];
    app.prober.answer(slow, { phases: { ...good.phases, total: 2_500_400 } });
    app.prober.answer(silent, { ok: false, error: 'timeout', statusCode: null });
    for (const url of [slow, silent]) await ada.api.post('/v1/monitors', { name: url, url });
    await app.check();
    const trials = async (id: string) => (await ada.api.post(`/v1/alert-rules/${id}/test`)).body.monitors;

    expect(await trials((await rule(ada)).id)).toMatchObject([
      { monitorName: slow, value: 2_500.4, wouldFire: true },
      { monitorName: silent, value: null, wouldFire: true, explanation: 'There was no response: timeout.' },
    ]);
    expect(await trials((await rules(ada))[0].id)).toMatchObject([
      { wouldFire: false, explanation: 'The last check was ok.' },
      { wouldFire: true, explanation: 'The last check failed: timeout.' },
    ]);
  });

  it('holds the rule against the last of many checks, the certificate and the uptime', async () => {
    const ada = await app.given.owner();
    const monitorId = await monitor(ada);
    const now = app.clock.now().getTime();
    const verdicts = ['ok', 'failed', ...Array<'ok'>(10).fill('ok')] as const;
    const checks = verdicts.map((verdict, i) => ({ dueAt: now - i * 5 * MINUTE, verdict }));
    await givenChecks(app, monitorId, checks.toReversed());
    await givenRollups(app, monitorId, checks);
    await app
      .get(Transactions)
      .run(({ manager }) =>
        manager.update(MonitorState, { monitorId }, { certificateExpiresAt: now + 20 * DAY }),
      );
    const trial = async (more: object) => {
      const { id } = await rule(ada, { ...more, name: JSON.stringify(more) });
      return (await ada.api.post(`/v1/alert-rules/${id}/test`)).body.monitors[0];
    };
    const uptime = { condition: 'uptime', operator: 'below' };

    expect(await trial({ ...uptime, value: 95, window: '24h' })).toMatchObject({
      value: 91.666,
      wouldFire: true,
      explanation: 'In 24h it was up for 91.666 % of the time observed, by 12 checks.',
    });
    expect(await trial({ ...uptime, value: 91, window: '30d' })).toMatchObject({ wouldFire: false });
    expect(await trial({ condition: 'status-code', operator: 'not-equals', value: 200 })).toMatchObject({
      value: 200,
      wouldFire: false,
    });
    const expiry = { condition: 'certificate-expiry', operator: 'below', value: 21 };
    expect(await trial(expiry)).toMatchObject({ value: expect.closeTo(20, 1), wouldFire: true });
  });
});

describe('DELETE /v1/alert-rules/{id}', () => {
  it('deletes a rule, after whoever listens was told', async () => {
    const ada = await app.given.owner();
    const { id } = await rule(ada, over(await monitor(ada)));
    const heard: string[] = [];
    app.get(RuleEvents).onRemoved(async (tx, { id: removed, monitorIds }) => {
      const [row] = await tx.manager.query('SELECT id FROM alert_rules WHERE id = ?', [removed]);
      heard.push(`${row.id} over ${monitorIds.length}`);
    });

    expect((await ada.api.delete(`/v1/alert-rules/${id}`)).status).toBe(204);

    expectProblem(await ada.api.get(`/v1/alert-rules/${id}`), NotFound);
    expect(heard).toEqual([`${id} over 1`]);
  });
});

describe('a monitor that is deleted', () => {
  it('leaves the rules that name it, and makes the one inactive that names no other', async () => {
    const ada = await app.given.owner();
    const [first, second] = [await monitor(ada), await monitor(ada)];
    const both = await rule(ada, over(first, second));
    const one = await rule(ada, { name: 'One', ...over(first) });

    expect((await ada.api.delete(`/v1/monitors/${first}`)).status).toBe(204);

    const read = async (id: string) => (await ada.api.get(`/v1/alert-rules/${id}`)).body;
    expect(await read(both.id)).toMatchObject({ active: true, monitorIds: [second] });
    expect(await read(one.id)).toMatchObject({ active: false, scope: 'monitors', monitorIds: [] });
    const [event] = await app.given.log(ada, `&targetId=${one.id}&action=alert-rule.updated`);
    expect(event).toMatchObject({
      actor: { type: 'system' },
      changes: [
        { field: 'monitorIds', from: [first], to: [] },
        { field: 'active', from: true, to: false },
      ],
    });
  });

  it('does not become part of a rule that is made at the same moment', async () => {
    const ada = await app.given.owner();
    const [gone, kept] = [await monitor(ada), await monitor(ada)];
    const creations = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      ada.api.post('/v1/alert-rules', { ...SLOW, name, ...over(gone, kept) }),
    );

    const answers = await Promise.all([
      ...creations.slice(0, 2),
      ada.api.delete(`/v1/monitors/${gone}`),
      ...creations.slice(2),
    ]);

    expect(answers.filter(({ status }) => ![201, 204, 422].includes(status))).toEqual([]);
    const left = (await rules(ada)).filter(({ scope }) => scope === 'monitors');
    expect(left.map(({ monitorIds }) => monitorIds)).toEqual(left.map(() => [kept]));
    expect(left).toHaveLength(answers.filter(({ status }) => status === 201).length);
  });
});

describe('a channel that is deleted', () => {
  it('leaves the rules that tell it', async () => {
    const ada = await app.given.owner();
    const channelId = await channel(ada);
    const [first] = await rules(ada);

    expect((await ada.api.delete(`/v1/notification-channels/${channelId}`)).status).toBe(204);

    expect(await rules(ada)).toMatchObject([{ id: first.id, active: true, channelIds: [] }]);
    const [event] = await app.given.log(ada, '&action=alert-rule.updated');
    expect(event).toMatchObject({
      actor: { type: 'system' },
      changes: [{ field: 'channelIds', from: [channelId], to: [] }],
    });
  });

  it('does not become part of a rule that is made at the same moment', async () => {
    const ada = await app.given.owner();
    const channelId = await channel(ada);
    const create = (name: string) =>
      ada.api.post('/v1/alert-rules', { ...SLOW, name, channelIds: [channelId] });

    const answers = await Promise.all([
      create('a'),
      ada.api.delete(`/v1/notification-channels/${channelId}`),
      create('b'),
    ]);

    expect(answers.filter(({ status }) => ![201, 204, 422].includes(status))).toEqual([]);
    expect((await rules(ada)).flatMap(({ channelIds }) => channelIds)).toEqual([]);
  });
});

describe('the rules in memory', () => {
  it('follow what the change feed tells', async () => {
    const [current, feed] = [app.get(ActiveRules), app.get(ChangeFeed)];
    const ada = await app.given.owner();
    const monitorId = await monitor(ada);
    const observers = app.get(CheckResultObservers);
    await observers.reload();
    let version = await feed.version();
    const names = () => current.of(monitorId, ada.teamId).map(({ name }) => name);
    const follow = async () => {
      const news = await feed.since(version);
      ({ version } = news);
      await observers.applyChanges(news.changed);
      return names();
    };
    expect(names()).toEqual(['Check failed']);

    const { id } = await rule(ada, over(monitorId));
    expect(await follow()).toEqual(['Check failed', 'Slow']);
    await ada.api.patch(`/v1/alert-rules/${id}`, { active: false });
    expect(await follow()).toEqual(['Check failed']);
    await ada.api.patch(`/v1/alert-rules/${id}`, { active: true, name: 'Slower' });
    expect(await follow()).toEqual(['Check failed', 'Slower']);
    await ada.api.delete(`/v1/alert-rules/${id}`);
    expect(await follow()).toEqual(['Check failed']);
  });
});
