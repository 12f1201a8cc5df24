import { issue, type ValidationIssue, isObject, unknownMembers } from '../http/validation-issue.js';

/** How a check authenticates. As it is stored, password and token are sealed, or null where they were cleared and nothing is sent. */
export type RequestAuth =
  | { type: 'none' }
  | { type: 'basic'; username: string; password: string | null }
  | { type: 'bearer'; token: string | null };

/** What callers write of it: what they leave out stays. */
export interface AuthInput {
  readonly type?: RequestAuth['type'];
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

export const MAX_USERNAME = 255;
export const MAX_PASSWORD = 1_000;
export const MAX_TOKEN = 4_096;

const members = { none: [], basic: ['username', 'password'], bearer: ['token'] } as const;
type Member = 'username' | 'password' | 'token';

const CONTROL = /[\p{Cc}\p{Cs}]/u;

/** What each member must be. */
const checks: Readonly<Record<Member, readonly [test: (text: string) => boolean, message: string]>> = {
  username: [
    (text) => text.length <= MAX_USERNAME && !CONTROL.test(text) && !text.includes(':'),
    `username must be text of at most ${MAX_USERNAME} characters, with no colon or control in it (RFC 7617).`,
  ],
  password: [
    (text) => text.length <= MAX_PASSWORD && !CONTROL.test(text),
    `password must be text of at most ${MAX_PASSWORD} characters, with no control in it (RFC 7617).`,
  ],
  token: [
    (text) => text.length <= MAX_TOKEN && /^[!-~]+$/.test(text),
    `token must be 1 to ${MAX_TOKEN} visible ASCII characters, with no blank in it.`,
  ],
};

const isType = (value: unknown): value is RequestAuth['type'] =>
  typeof value === 'string' && Object.hasOwn(members, value);

/** What is wrong with the auth of an input. It may be partial, or null, where something is stored already. */
export function authIssues(value: unknown, { isWhole }: { isWhole: boolean }): ValidationIssue[] {
  if (value === undefined || (value === null && !isWhole)) return [];
  if (!isObject(value)) return [issue('/auth', 'is-object', 'auth must be an object.')];
  const { type } = value;
  if (!isType(type) && (isWhole || type !== undefined))
    return [issue('/auth/type', 'is-in', `type must be one of ${Object.keys(members).join(', ')}.`)];
  const known = isType(type) ? members[type] : Object.values(members).flat();
  const given = known.filter((member) => isWhole || value[member] !== undefined);
  return [
    ...unknownMembers(value, ['type', ...known], '/auth'),
    ...given.flatMap((member) => {
      const [test, message] = checks[member];
      const text = value[member];
      if (text === undefined) return [missing(member)];
      return typeof text === 'string' && test(text) ? [] : [issue(`/auth/${member}`, member, message)];
    }),
  ];
}

const missing = (member: Member): ValidationIssue =>
  issue(`/auth/${member}`, 'required', `${member} is required.`);

/**
 * The auth that `input` makes of the stored one: another type begins anew, the same keeps what is left
 * out. Null is none. A fault for each member that is missing, or that the type does not have.
 */
export function mergeAuth(
  stored: RequestAuth,
  input: AuthInput | null | undefined,
  seal: (value: string) => string,
): { auth: RequestAuth; issues: ValidationIssue[] } {
  if (input === undefined) return { auth: stored, issues: [] };
  if (input === null) return { auth: { type: 'none' }, issues: [] };
  const { type = stored.type, username, password, token } = input;
  const auth = {
    ...(type === stored.type && stored),
    type,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: seal(password) }),
    ...(token !== undefined && { token: seal(token) }),
  };
  const issues = [
    ...unknownMembers(auth, ['type', ...members[type]], '/auth'),
    ...members[type].filter((member) => auth[member] === undefined).map(missing),
  ];
  return { auth: auth as RequestAuth, issues };
}
