/** A failure the caller can see, and may act on: one RFC 9457 problem type. */
export abstract class Problem extends Error {
  abstract readonly type: ProblemType;

  /**
   * @param detail what happened this time, in a sentence
   * @param extensions members beside the standard ones
   */
  constructor(
    readonly detail: string,
    readonly extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}

export interface Challenge {
  readonly error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
  readonly error_description?: string;
}

/** What all occurrences of a problem have in common. */
export interface ProblemType {
  /** The last segment of the problem's `type` URI. Never changes once released. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** Why it happens and what to do about it, for the page its `type` URI leads to. */
  readonly explanation: string;
  /** What its `WWW-Authenticate` challenge says (RFC 6750, section 3), for problems that carry one. */
  readonly challenge?: Challenge;
}

export type ProblemClass = (new (detail: string, extensions?: Record<string, unknown>) => Problem) &
  ProblemType;

const catalogue = new Map<string, ProblemType>();

/** Every problem type of the loaded program, by code. */
export const problemTypes: ReadonlyMap<string, ProblemType> = catalogue;

/** Declares a problem type and enters it in the catalogue that the problem pages and the API document are made from. */
export function problem(
  code: string,
  status: number,
  title: string,
  explanation: string,
  challenge?: Challenge,
): ProblemClass {
  const type: ProblemType = { code, status, title, explanation, ...(challenge && { challenge }) };
  if (catalogue.has(code)) throw new Error(`Two problem types are called ${code}`);
  catalogue.set(code, type);
  return class extends Problem {
    static readonly code = code;
    static readonly status = status;
    static readonly title = title;
    static readonly explanation = explanation;
    static readonly challenge = challenge;
    readonly type = type;
  };
}
