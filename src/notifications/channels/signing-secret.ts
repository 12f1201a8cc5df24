import { createHmac, randomBytes } from 'node:crypto';

/** What the messages of a webhook are signed with. */
export interface SigningSecrets {
  /** `whsec_` and the base64 of 24 to 64 bytes. */
  readonly secret: string;
  /** The one before it, and until when it signs too. Epoch milliseconds. */
  readonly previous: { readonly secret: string; readonly endsAt: number } | null;
}

const PREFIX = 'whsec_';
const LEAST_BYTES = 24;
const MOST_BYTES = 64;
const GENERATED_BYTES = 32;

export const MAX_SECRET_LENGTH = PREFIX.length + Math.ceil(MOST_BYTES / 3) * 4;

export const newSigningSecret = (): string => PREFIX + randomBytes(GENERATED_BYTES).toString('base64');

/** Whether `text` is a secret of Standard Webhooks, in the one spelling base64 has for it. */
export function isSigningSecret(text: unknown): text is string {
  if (typeof text !== 'string' || !text.startsWith(PREFIX) || text.length > MAX_SECRET_LENGTH) return false;
  const bytes = keyOf(text);
  return (
    bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES && PREFIX + bytes.toString('base64') === text
  );
}

/** The secrets that sign at `now`, the current one first. */
export const secretsAt = ({ secret, previous }: SigningSecrets, now: number): string[] =>
  previous && now < previous.endsAt ? [secret, previous.secret] : [secret];

/** The header `webhook-signature` of Standard Webhooks: a signature with each secret. `timestamp` is in seconds. */
export const signatures = (
  secrets: readonly string[],
  { id, timestamp, body }: { id: string; timestamp: number; body: string },
): string =>
  secrets
    .map((secret) =>
      createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64'),
    )
    .map((signature) => `v1,${signature}`)
    .join(' ');

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), 'base64');
