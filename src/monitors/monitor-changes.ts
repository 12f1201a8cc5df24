import {
  clearedChange,
  type FieldChange,
  fieldChanges,
  createdFields,
  redactedChange,
} from '../audit/field-changes.js';
import type { Monitor } from './monitor.entity.js';
import { followsRedirections } from './redirections.js';
import { sealedFields } from './sealed-settings.js';

/** The fields whose values the audit log tells. What is not named here is not told. */
const told = [
  'name',
  'url',
  'method',
  'projectId',
  'intervalSeconds',
  'timeoutSeconds',
  'expectedStatus',
  'verifyTls',
  'followRedirects',
  'strictHttp',
  'headers',
  'auth',
  'assertions',
  'active',
] as const;

/** A monitor as the audit log tells of it: of headers their names, of auth its type and user. */
const view = (monitor: Monitor) => ({
  ...monitor,
  followRedirects: followsRedirections(monitor),
  headers: monitor.headers.map(({ name }) => name),
  auth: monitor.auth.type === 'basic' ? `basic ${monitor.auth.username}` : monitor.auth.type,
});

/** What is told of by its field only. The body is among it: it often holds credentials. */
function secretsOf(monitor: Monitor): Secrets {
  const secrets = sealedFields(monitor);
  if (monitor.body !== null) secrets.set('body', monitor.body);
  return secrets;
}

/** By field, null where the value was cleared. */
type Secrets = Map<string, string | null>;

/** The secrets that are new, different, cleared or gone. */
function secretChanges(before: Secrets, after: Secrets): FieldChange[] {
  const fields = new Set([...before.keys(), ...after.keys()]);
  return [...fields]
    .filter((field) => before.get(field) !== after.get(field))
    .map((field) => (after.get(field) === null ? clearedChange(field) : redactedChange(field)));
}

/** What the audit log tells of a new monitor. */
export const initialMonitor = (monitor: Monitor): FieldChange[] => [
  ...createdFields(view(monitor), told),
  ...secretChanges(new Map(), secretsOf(monitor)),
];

/** What the audit log tells of an edit. */
export const monitorChanges = (before: Monitor, after: Monitor): FieldChange[] => [
  ...fieldChanges(view(before), view(after), told),
  ...secretChanges(secretsOf(before), secretsOf(after)),
];
