import type { EncryptionContext } from '../../crypto/secrets.js';
import type { Monitor } from '../../monitors/monitor.entity.js';
import { followsRedirections } from '../../monitors/redirections.js';
import type { RequestAuth } from '../../monitors/request-auth.js';
import type { SealedHeader } from '../../monitors/request-headers.js';
import { mapSealed, placeOf } from '../../monitors/sealed-settings.js';
import type { ProbeRequest } from '../result/probe-result.js';

/** Opens what was sealed for `place`. */
export type Open = (sealed: string, place: EncryptionContext) => string;

/** The settings of a monitor that say what is checked. */
export type CheckedSettings = Pick<
  Monitor,
  | 'id'
  | 'teamId'
  | 'url'
  | 'method'
  | 'timeoutSeconds'
  | 'expectedStatus'
  | 'verifyTls'
  | 'followRedirects'
  | 'strictHttp'
  | 'headers'
  | 'body'
  | 'auth'
  | 'assertions'
>;

type Header = ProbeRequest['headers'][number];

const WITH_BODY: ReadonlySet<Monitor['method']> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * What to send and to expect for a monitor. Only the headers that it has are sent, and its credentials: a
 * body goes without a `Content-Type` where there is none among them. Throws what `open` throws.
 */
export function probeRequestOf(monitor: CheckedSettings, open: Open): ProbeRequest {
  const { headers, auth } = mapSealed(monitor, (value, column) => open(value, placeOf(column, monitor)));
  return {
    teamId: monitor.teamId,
    url: monitor.url,
    method: monitor.method,
    headers: [...headers.flatMap(given), ...credentials(auth)],
    body: WITH_BODY.has(monitor.method) ? monitor.body : null,
    timeoutMs: monitor.timeoutSeconds * 1_000,
    expectedStatus: monitor.expectedStatus,
    verifyTls: monitor.verifyTls,
    followRedirects: followsRedirections(monitor),
    strictHttp: monitor.strictHttp,
    assertions: monitor.assertions,
  };
}

/** A header whose value was cleared is left out. */
const given = ({ name, value }: SealedHeader): Header[] => (value === null ? [] : [[name, value]]);

/** RFC 7617, with user and password in UTF-8, or RFC 6750. */
function credentials(auth: RequestAuth): Header[] {
  switch (auth.type) {
    case 'none':
      return [];
    case 'basic':
      if (auth.password === null) return [];
      return [
        ['Authorization', `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`],
      ];
    case 'bearer':
      return auth.token === null ? [] : [['Authorization', `Bearer ${auth.token}`]];
  }
}
