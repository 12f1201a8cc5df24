import { escapePointer } from '../http/validation-issue.js';

/** RFC 6901: nothing, or tokens behind slashes in which `~` is escaped. */
const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/u;

/** The dotted form after its `$`: names behind dots, numbers in brackets. */
const STEPS = /^(?:\.[^.[\]]+|\[\d+\])*$/u;

/**
 * The JSON pointer (RFC 6901) that `path` means, or null where it means none. Takes a pointer as it is, and
 * the dotted form that people write: `data.items[0].id`, with or without `$` in front.
 */
export function toPointer(path: string): string | null {
  if (path === '' || path.startsWith('/')) return POINTER.test(path) ? path : null;
  const steps = /^(?:\$(?:$|[.[])|\[)/.test(path) ? path.replace(/^\$/, '') : `.${path}`;
  if (!STEPS.test(steps)) return null;
  return [...steps.matchAll(/[^.[\]]+/gu)].map(([name]) => `/${escapePointer(name)}`).join('');
}
