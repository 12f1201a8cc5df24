import { Ability, allAbilities, isReading } from './ability.js';

/** What somebody is in a team. A role is a set of abilities and nothing else: no other code asks for one by name. */
export const Role = { Owner: 'owner', Admin: 'admin', Member: 'member', Viewer: 'viewer' } as const;
export type Role = (typeof Role)[keyof typeof Role];

const ownKeys = [Ability.ApiKeysRead, Ability.ApiKeysWrite];
const viewer = allAbilities
  .filter((ability) => isReading(ability) && ability !== Ability.AuditRead)
  .concat(ownKeys);
const member = [
  ...viewer,
  Ability.MonitorsWrite,
  Ability.MonitorsRun,
  Ability.IncidentsWrite,
  Ability.AlertRulesWrite,
  Ability.ChannelsWrite,
  Ability.ProjectsWrite,
  Ability.MaintenanceWrite,
];
const admin = [...member, Ability.AuditRead, Ability.MembersWrite, Ability.TeamWrite];
const owner = [...admin, Ability.TeamDelete];

export const roleAbilities: Readonly<Record<Role, ReadonlySet<Ability>>> = {
  owner: new Set(owner),
  admin: new Set(admin),
  member: new Set(member),
  viewer: new Set(viewer),
};
