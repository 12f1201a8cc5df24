import type { ProblemFilter } from '../problems/problem.filter.js';

/** Where what explains the API is served, and what answers there where it cannot be. */
export interface Place {
  /** The path of `PUBLIC_URL`: what every address of this server begins with for callers. */
  readonly prefix: string;
  readonly publicUrl: string | null;
  readonly problems: ProblemFilter;
}
