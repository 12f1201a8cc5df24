import { nameKey } from '../common/name.js';
import type { ValidationIssue } from '../http/validation-issue.js';
import { storedAssertions } from './assertions.js';
import { leadsElsewhere } from './destination.js';
import type { CreateMonitorDto, UpdateMonitorDto } from './monitor-input.dto.js';
import type { Monitor } from './monitor.entity.js';
import { mergeAuth } from './request-auth.js';
import { mergeHeaders } from './request-headers.js';
import { mapSealed, type SealedColumn } from './sealed-settings.js';
import { settingIssues } from './settings.validation.js';
import { storedUrl } from './target-url.js';

/** What callers write of a monitor, as it is stored. */
export type Settings = Pick<
  Monitor,
  | 'name'
  | 'nameKey'
  | 'url'
  | 'method'
  | 'intervalSeconds'
  | 'timeoutSeconds'
  | 'expectedStatus'
  | 'verifyTls'
  | 'followRedirects'
  | 'strictHttp'
  | 'headers'
  | 'body'
  | 'auth'
  | 'assertions'
  | 'active'
>;

/** Seals a value for the column it is stored in. */
export type Seal = (column: SealedColumn) => (value: string) => string;

const INTERVAL = 60;
const TIMEOUT = 30;

/** The settings that a monitor has where `input` says nothing. */
export const defaultSettings = ({
  name,
  url,
  intervalSeconds = INTERVAL,
}: Pick<CreateMonitorDto, 'name' | 'url' | 'intervalSeconds'>): Settings => ({
  name,
  nameKey: nameKey(name),
  url,
  method: 'GET',
  intervalSeconds,
  timeoutSeconds: Math.min(TIMEOUT, intervalSeconds),
  expectedStatus: 200,
  verifyTls: true,
  followRedirects: true,
  strictHttp: false,
  headers: [],
  body: null,
  auth: { type: 'none' },
  assertions: [],
  active: true,
});

/**
 * What `input` makes of the settings in `stored`: what it leaves out stays, write-only values too, unless it
 * leads elsewhere: then those that it does not give are cleared. Tells what then does not fit together.
 */
export function editSettings<T extends Settings>(
  stored: T,
  input: UpdateMonitorDto,
  seal: Seal,
): { settings: T; issues: ValidationIssue[] } {
  const kept = leadsElsewhere(stored, { ...stored, ...input }) ? mapSealed(stored, () => null) : stored;
  const headers = mergeHeaders(kept.headers, input.headers, seal('headers'));
  const auth = mergeAuth(kept.auth, input.auth, seal('auth'));
  const edited = { ...stored, ...input, headers: headers.headers, auth: auth.auth };
  const settings = {
    ...edited,
    nameKey: nameKey(edited.name),
    url: storedUrl(edited.url),
    assertions: storedAssertions(edited.assertions),
  };
  return { settings, issues: [...headers.issues, ...auth.issues, ...settingIssues(settings)] };
}
