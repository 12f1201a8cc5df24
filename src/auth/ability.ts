/** What a caller can be allowed to do. The values are the wire format, and the order is the order they are shown in. */
export const Ability = {
  MonitorsRead: 'monitors:read',
  MonitorsWrite: 'monitors:write',
  MonitorsRun: 'monitors:run',
  ChecksRead: 'checks:read',
  IncidentsRead: 'incidents:read',
  IncidentsWrite: 'incidents:write',
  AlertRulesRead: 'alert-rules:read',
  AlertRulesWrite: 'alert-rules:write',
  ChannelsRead: 'channels:read',
  ChannelsWrite: 'channels:write',
  ProjectsRead: 'projects:read',
  ProjectsWrite: 'projects:write',
  MaintenanceRead: 'maintenance:read',
  MaintenanceWrite: 'maintenance:write',
  MembersRead: 'members:read',
  MembersWrite: 'members:write',
  TeamRead: 'team:read',
  TeamWrite: 'team:write',
  TeamDelete: 'team:delete',
  ApiKeysRead: 'api-keys:read',
  ApiKeysWrite: 'api-keys:write',
  AuditRead: 'audit:read',
} as const;
export type Ability = (typeof Ability)[keyof typeof Ability];

/** The catalogue: a sentence for each ability. */
export const abilityDescriptions: Readonly<Record<Ability, string>> = {
  'monitors:read': 'See monitors, their settings and their status.',
  'monitors:write': 'Create, change, pause, resume and delete monitors.',
  'monitors:run': 'Run a check of a monitor by hand.',
  'checks:read': 'See the history of checks, uptime and latency.',
  'incidents:read': 'See incidents and their timelines.',
  'incidents:write': 'Acknowledge and resolve incidents.',
  'alert-rules:read': 'See alert rules.',
  'alert-rules:write': 'Create, change, test and delete alert rules.',
  'channels:read': 'See notification channels and what was delivered over them.',
  'channels:write': 'Create, change, test and delete notification channels.',
  'projects:read': 'See projects.',
  'projects:write': 'Create, change and delete projects.',
  'maintenance:read': 'See maintenance windows.',
  'maintenance:write': 'Plan, change and end maintenance windows.',
  'members:read': 'See who belongs to the team, and with which role.',
  'members:write': "Remove members, change their roles, and see and revoke every member's API keys.",
  'team:read': 'See the team and its plan.',
  'team:write': 'Change the name and description of the team, and how long its API keys may live.',
  'team:delete': 'Hand the team to another owner. People only.',
  'api-keys:read': 'See your own API keys.',
  'api-keys:write': 'Create, rename, restrict, rotate and revoke your own API keys.',
  'audit:read': 'Read the audit log.',
};

export const allAbilities: readonly Ability[] = Object.values(Ability);

/** The abilities of `wanted` that `held` lacks, in the order of `wanted`. */
export const missingAbilities = (held: ReadonlySet<Ability>, wanted: readonly Ability[]): Ability[] =>
  wanted.filter((ability) => !held.has(ability));

const projectScoped: ReadonlySet<Ability> = new Set([
  Ability.MonitorsRead,
  Ability.MonitorsWrite,
  Ability.MonitorsRun,
  Ability.ChecksRead,
  Ability.IncidentsRead,
  Ability.IncidentsWrite,
  Ability.ProjectsRead,
  Ability.ApiKeysRead,
  Ability.ApiKeysWrite,
]);

/** Whether `ability` can be limited to projects. All others are about the team as a whole, whatever a key is limited to. */
export const isProjectScoped = (ability: Ability): boolean => projectScoped.has(ability);

/** Reading is not writing: whether `ability` changes nothing. */
export const isReading = (ability: Ability): boolean => ability.endsWith(':read');
