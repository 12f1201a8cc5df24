import type { Monitor } from './monitor.entity.js';

type Destination = Pick<Monitor, 'url' | 'verifyTls'>;

/**
 * Whether an edit could have others receive what is sent: it leads to another origin (scheme, host and port),
 * or takes the certificate, which is how the origin shows who it is, on trust. Whoever may edit a monitor did
 * not for that read its secrets, so these do not follow.
 */
export const leadsElsewhere = (before: Destination, after: Destination): boolean => {
  const { origin, protocol } = new URL(after.url);
  return (
    origin !== new URL(before.url).origin || (protocol === 'https:' && before.verifyTls && !after.verifyTls)
  );
};
