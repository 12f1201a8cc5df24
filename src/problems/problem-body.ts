import type { Problem } from './problem.js';

/** An RFC 9457 problem details object. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly requestId: string;
}

/** What a body is made of: a problem, or an example of one. */
type Told = Pick<Problem, 'type' | 'detail' | 'extensions'>;

/** Where and when a problem happened. */
export interface Occurrence {
  /** The server's own address, without a path. */
  readonly origin: string;
  readonly path: string;
  readonly requestId: string;
}

/** Extension members come last and cannot replace a standard one. */
export function problemBody({ type, detail, extensions }: Told, at: Occurrence): ProblemBody {
  const { code, status, title } = type;
  const standard = {
    type: `${at.origin}/problems/${code}`,
    title,
    status,
    detail,
    instance: at.path,
    code,
    requestId: at.requestId,
  };
  return { ...standard, ...extensions, ...standard };
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '')}"`;

/** The `WWW-Authenticate` challenge (RFC 6750, section 3) of a problem, or null where there is none. */
export function challengeOf({ type, extensions }: Pick<Told, 'type' | 'extensions'>): string | null {
  if (!type.challenge) return null;
  const { required } = extensions;
  const parameters = {
    realm: 'pulseapi',
    ...type.challenge,
    ...(type.challenge.error === 'insufficient_scope' &&
      Array.isArray(required) && { scope: required.join(' ') }),
  };
  return `Bearer ${Object.entries(parameters)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(', ')}`;
}
