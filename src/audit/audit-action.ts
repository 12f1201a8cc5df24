/** Everything the audit log can tell of. Once released, an action keeps its name. */
export const auditActions = [
  'secret.rotated',
  'user.created',
  'user.updated',
  'user.password-changed',
  'session.created',
  'session.revoked',
  'session.team-switched',
  'team.created',
  'team.updated',
  'team.plan-changed',
  'team.ownership-transferred',
  'member.added',
  'member.role-changed',
  'member.removed',
  'member.left',
  'api-key.created',
  'api-key.updated',
  'api-key.rotated',
  'api-key.disabled',
  'api-key.enabled',
  'api-key.revoked',
  'api-key.used-after-revocation',
  'api-key.used-while-disabled',
  'api-key.address-refused',
  'project.created',
  'project.updated',
  'project.deleted',
  'monitor.created',
  'monitor.updated',
  'monitor.deleted',
  'monitor.paused',
  'monitor.resumed',
  'monitor.check-requested',
  'alert-rule.created',
  'alert-rule.updated',
  'alert-rule.deleted',
  'alert-rule.tested',
  'maintenance-window.created',
  'maintenance-window.updated',
  'maintenance-window.ended',
  'maintenance-window.deleted',
  'channel.created',
  'channel.updated',
  'channel.deleted',
  'channel.tested',
  'channel.confirmation-requested',
  'channel.confirmed',
  'channel.secret-rotated',
  'channel.disabled',
  'delivery.replayed',
  'email-address.allowed',
  'incident.acknowledged',
  'incident.resolved',
  'incident.updated',
  'incident.noted',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** The kinds of things an action happens to. */
export type TargetType =
  | 'user'
  | 'session'
  | 'team'
  | 'member'
  | 'api-key'
  | 'project'
  | 'monitor'
  | 'alert-rule'
  | 'maintenance-window'
  | 'channel'
  | 'delivery'
  | 'email-address'
  | 'incident';

/** The actions that `pattern` names: one, or with `resource.*` all of a resource. None where it names nothing. */
export function actionsMatching(pattern: string): AuditAction[] {
  if (!pattern.endsWith('.*')) return auditActions.filter((action) => action === pattern);
  const prefix = pattern.slice(0, -1);
  return auditActions.filter((action) => action.startsWith(prefix));
}
