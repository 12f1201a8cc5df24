/** One fault of the input, as the member `errors` of `validation-failed` lists it. */
export interface ValidationIssue {
  /** RFC 6901, for a member of the body. */
  readonly pointer?: string;
  /** The name of a query parameter. */
  readonly parameter?: string;
  readonly code: string;
  readonly message: string;
}

/** A fault of the member of the body that `pointer` names. */
export const issue = (pointer: string, code: string, message: string): ValidationIssue => ({
  pointer,
  code,
  message,
});

/** Query parameters that nothing takes, each a fault. */
export const unknownParameters = (names: readonly string[]): ValidationIssue[] =>
  names.map((parameter) => ({
    parameter,
    code: 'unknown-member',
    message: `There is no ${parameter} here.`,
  }));

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const escapePointer = (member: string): string => member.replaceAll('~', '~0').replaceAll('/', '~1');

export const unescapePointer = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');

/** The members of `value` that are not among `known`, each a fault. */
export const unknownMembers = (value: object, known: readonly string[], pointer: string): ValidationIssue[] =>
  Object.keys(value)
    .filter((member) => !known.includes(member))
    .map((member) =>
      issue(`${pointer}/${escapePointer(member)}`, 'unknown-member', `There is no ${member} here.`),
    );
