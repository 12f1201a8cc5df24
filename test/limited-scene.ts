import { allAbilities, isProjectScoped } from '../src/auth/ability.js';
import type { TestApp } from './app.js';
import type { Key } from './given.js';
import { givenIncident } from './given-incidents.js';
import { newScene, type Scene } from './scene.js';

export const projectScoped = allAbilities.filter(isProjectScoped);

/** A team with two projects, and a key that is limited to one of them. */
export interface LimitedScene {
  /** With all abilities such a key can have. */
  readonly limited: Key;
  /** What is in the project. Its key is limited to it, too; what is of the team as a whole is that of `beyond`. */
  readonly inside: Scene;
  readonly beyond: Scene;
}

export async function newLimitedScene(app: TestApp): Promise<LimitedScene> {
  const beyond = await newScene(app);
  const { owner } = beyond;
  const made = async (path: string, body: object): Promise<string> =>
    (await owner.api.post(path, body)).body.id;
  const projectId = await made('/v1/projects', { name: 'Shop' });
  const monitor = { url: 'https://shop.example.com/', projectId };
  const monitorId = await made('/v1/monitors', { name: 'Shop window', ...monitor });
  const ruleId = await made('/v1/alert-rules', {
    name: 'Shut',
    condition: 'check-failed',
    cooldownSeconds: 0,
    scope: 'monitors',
    monitorIds: [monitorId],
  });
  await owner.api.post(`/v1/monitors/${monitorId}/checks`);
  const resolvedIncidentId = await givenIncident(app, owner.teamId, ruleId, monitorId);
  await owner.api.post(`/v1/incidents/${resolvedIncidentId}/resolve`, {});
  const projectIds = [projectId];
  return {
    limited: await app.given.key(owner, projectScoped, { projectIds }),
    beyond,
    inside: {
      ...beyond,
      projectId,
      monitorId,
      pausedMonitorId: await made('/v1/monitors', { name: 'Shop door', active: false, ...monitor }),
      ruleId,
      incidentId: await givenIncident(app, owner.teamId, ruleId, monitorId),
      resolvedIncidentId,
      key: await app.given.key(owner, ['monitors:read'], { projectIds }),
    },
  };
}
