import { nameKey } from '../common/name.js';
import type { InputFault } from '../http/input-fault.js';
import { storedAssertions } from './assertions.js';
import type { CreateMonitorDto, UpdateMonitorDto } from './monitor-input.dto.js';
import type { Monitor } from './monitor.entity.js';
import { mergeAuth } from './request-auth.js';
import { mergeHeaders } from './request-headers.js';
import type { SealedColumn } from './sealed-settings.js';
import { ruleFaults } from './setting-rules.js';
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

const isRedirection = (status: number): boolean => status >= 300 && status < 400;

/**
 * What `input` makes of the settings in `stored`: what it leaves out stays, write-only values too. Tells
 * what then does not fit together.
 */
export function editSettings<T extends Settings>(
  stored: T,
  input: UpdateMonitorDto,
  seal: Seal,
): { settings: T; faults: InputFault[] } {
  const headers = mergeHeaders(stored.headers, input.headers, seal('headers'));
  const auth = mergeAuth(stored.auth, input.auth, seal('auth'));
  const edited = { ...stored, ...input, headers: headers.headers, auth: auth.auth };
  const settings = {
    ...edited,
    nameKey: nameKey(edited.name),
    url: storedUrl(edited.url),
    followRedirects: edited.followRedirects && !isRedirection(edited.expectedStatus),
    assertions: storedAssertions(edited.assertions),
  };
  return { settings, faults: [...headers.faults, ...auth.faults, ...ruleFaults(settings)] };
}
