import type { Ability } from '../src/auth/ability.js';
import type { AuditAction } from '../src/audit/audit-action.js';
import { PASSWORD } from './given.js';
import type { HttpClient } from './http-client.js';
import type { Scene } from './scene.js';

/** How to call an operation so that it succeeds. */
export interface Call {
  /** The values of the path's parameters. */
  readonly path?: (scene: Scene) => Record<string, string>;
  readonly query?: (scene: Scene) => Record<string, string>;
  readonly body?: (scene: Scene) => object;
  /** Who calls: the owner unless said otherwise. */
  readonly as?: (scene: Scene) => HttpClient;
  /** What a key must be able to do for this very call, beside what the operation requires. */
  readonly alsoNeeds?: readonly Ability[];
  /** The events this very call leaves beside that of its action. */
  readonly alsoLeaves?: readonly AuditAction[];
}

const anyone = ({ anyone }: Scene) => anyone;
const key = ({ key }: Scene) => ({ id: key.id });
const keyItself = ({ key }: Scene) => key.api;
const member = ({ member }: Scene) => ({ userId: member.id });
const monitor = ({ monitorId }: Scene) => ({ id: monitorId });
const incident = ({ incidentId }: Scene) => ({ id: incidentId });
const project = ({ projectId }: Scene) => ({ id: projectId });
const rule = ({ ruleId }: Scene) => ({ id: ruleId });
const maintenanceWindow = ({ windowId }: Scene) => ({ id: windowId });
const channel = ({ channelId }: Scene) => ({ id: channelId });
const founded: readonly AuditAction[] = ['project.created', 'channel.created', 'alert-rule.created'];
const newTeam: readonly AuditAction[] = ['team.created', ...founded];

/** One entry for each operation of the API document, by its `operationId`. */
export const calls: Readonly<Record<string, Call>> = {
  getLiveness: { as: anyone },
  getReadiness: { as: anyone },

  signUp: {
    as: anyone,
    body: () => ({ name: 'Joan', email: `joan.${Math.random()}@example.com`, password: PASSWORD }),
    alsoLeaves: [...newTeam, 'session.created'],
  },
  signIn: {
    as: anyone,
    body: ({ owner }) => ({ email: owner.email, password: PASSWORD }),
  },
  signOut: {},
  listSessions: {},
  revokeSession: { path: ({ sessionId }) => ({ id: sessionId }) },
  switchTeam: { body: ({ secondTeamId }) => ({ teamId: secondTeamId }) },

  getMe: {},
  getAccount: {},
  updateAccount: { body: () => ({ name: 'Ada King' }) },
  changePassword: {
    body: () => ({ currentPassword: PASSWORD, newPassword: 'two loud pelicans dive' }),
    alsoLeaves: ['session.created'],
  },

  listAbilities: {},
  listApiKeys: {},
  createApiKey: {
    body: () => ({ name: 'CI', abilities: ['monitors:read'] }),
    alsoNeeds: ['monitors:read'],
  },
  getApiKey: { path: key },
  updateApiKey: { path: key, body: () => ({ name: 'Deploys' }), alsoNeeds: ['monitors:read'] },
  rotateApiKey: { path: key, alsoNeeds: ['monitors:read'] },
  revokeApiKey: { path: key },
  getCurrentApiKey: { as: keyItself },
  rotateCurrentApiKey: { as: keyItself },

  listTeams: {},
  createTeam: { body: () => ({ name: 'Engines' }), alsoLeaves: founded },
  getOwnTeam: { path: ({ secondTeamId }) => ({ id: secondTeamId }) },
  getTeam: {},
  updateTeam: { body: () => ({ name: 'Engines' }) },
  leaveTeam: { as: ({ member }) => member.api },
  transferOwnership: { body: member },
  listMembers: {},
  getMember: { path: member },
  changeRole: { path: member, body: () => ({ role: 'viewer' }) },
  removeMember: { path: member },

  listProjects: {},
  createProject: { body: () => ({ name: 'Payment' }) },
  getProject: { path: project },
  updateProject: { path: project, body: () => ({ name: 'Payment' }) },
  removeProject: { path: project, query: ({ emptyProjectId }) => ({ moveTo: emptyProjectId }) },

  listMonitors: {},
  createMonitor: {
    body: ({ projectId }) => ({ name: 'Payment', url: 'https://api.example.com/payment', projectId }),
  },
  getMonitor: { path: monitor },
  updateMonitor: { path: monitor, body: ({ projectId }) => ({ name: 'Payment', projectId }) },
  removeMonitor: { path: monitor },
  pauseMonitor: { path: monitor },
  runCheck: { path: monitor },
  resumeMonitor: { path: ({ pausedMonitorId }) => ({ id: pausedMonitorId }) },

  listChecks: { path: monitor },
  getUptime: { path: monitor },
  getMetrics: { path: monitor },

  listAlertRules: {},
  createAlertRule: {
    body: ({ monitorId, channelId }) => ({
      name: 'Slow',
      condition: 'response-time',
      operator: 'above',
      value: 500,
      scope: 'monitors',
      monitorIds: [monitorId],
      channelIds: [channelId],
    }),
  },
  getAlertRule: { path: rule },
  updateAlertRule: { path: rule, body: ({ monitorId }) => ({ name: 'Bad', monitorIds: [monitorId] }) },
  testAlertRule: { path: rule },
  removeAlertRule: { path: rule },

  listMaintenanceWindows: {},
  createMaintenanceWindow: {
    body: ({ monitorId }) => ({
      title: 'Upgrade',
      startsAt: '2098-01-31T22:00:00Z',
      endsAt: '2098-01-31T23:30:00Z',
      monitorIds: [monitorId],
    }),
  },
  getMaintenanceWindow: { path: maintenanceWindow },
  updateMaintenanceWindow: {
    path: maintenanceWindow,
    body: ({ monitorId }) => ({ title: 'More disks', monitorIds: [monitorId] }),
  },
  endMaintenanceWindow: { path: ({ activeWindowId }) => ({ id: activeWindowId }) },
  removeMaintenanceWindow: { path: maintenanceWindow },

  listNotificationChannels: {},
  createNotificationChannel: {
    body: () => ({ name: 'Pager', config: { type: 'webhook', url: 'https://hooks.example.com/pager' } }),
  },
  getNotificationChannel: { path: channel },
  updateNotificationChannel: { path: channel, body: () => ({ name: 'Night shift' }) },
  removeNotificationChannel: { path: channel },
  rotateSigningSecret: { path: channel },
  testNotificationChannel: { path: channel },
  requestConfirmation: { path: ({ unconfirmedChannelId }) => ({ id: unconfirmedChannelId }) },
  listDeliveries: { path: channel },
  replayDelivery: { path: ({ channelId, deliveryId }) => ({ id: channelId, deliveryId }) },

  listIncidents: {},
  getIncident: { path: incident },
  updateIncident: {
    path: ({ resolvedIncidentId }) => ({ id: resolvedIncidentId }),
    body: () => ({ rootCause: 'A full disk.' }),
  },
  acknowledgeIncident: { path: incident },
  resolveIncident: { path: incident, body: () => ({ rootCause: 'A full disk.' }) },
  listIncidentEvents: { path: incident },
  addIncidentNote: { path: incident, body: () => ({ note: 'The provider knows.' }) },

  listAuditEvents: {},
  getAuditEvent: { path: ({ eventId }) => ({ id: eventId }) },
};
