import { issue, type ValidationIssue, isObject, unknownMembers } from '../http/validation-issue.js';
import { isFieldName, isFieldValue } from './field.js';

/** A header as callers write it. Without a value it keeps the one it has. */
export interface HeaderInput {
  readonly name: string;
  readonly value?: string;
}

/** A header as it is stored: its value sealed, or null where it was cleared and the header is not sent. */
export interface SealedHeader {
  readonly name: string;
  readonly value: string | null;
}

export const MAX_HEADERS = 30;
export const MAX_VALUE = 4_096;

/** Header fields that frame the message, or that belong to one connection and not to the request (RFC 9110, 7.6.1). */
const OWN_BUSINESS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'proxy-connection',
  'keep-alive',
  'upgrade',
  'http2-settings',
  'te',
  'trailer',
  'expect',
  'proxy-authorization',
  'proxy-authenticate',
]);

export const fieldKey = (name: string): string => name.toLowerCase();

/** What is wrong with the headers of an input, each fault with its own pointer. */
export function headerIssues(value: unknown, { needsValues }: { needsValues: boolean }): ValidationIssue[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [issue('/headers', 'is-array', 'headers must be a list.')];
  if (value.length > MAX_HEADERS)
    return [issue('/headers', 'array-max-size', `There can be at most ${MAX_HEADERS} headers.`)];
  const seen = new Set<string>();
  return value.flatMap((header, index) => {
    const at = `/headers/${index}`;
    if (!isObject(header)) return [issue(at, 'is-object', 'A header must be an object.')];
    return [
      ...unknownMembers(header, ['name', 'value'], at),
      ...nameFaults(header['name'], at, seen),
      ...valueFaults(header['value'], at, needsValues),
    ];
  });
}

function nameFaults(name: unknown, at: string, seen: Set<string>): ValidationIssue[] {
  const refuse = (code: string, message: string) => [issue(`${at}/name`, code, message)];
  if (!isFieldName(name)) return refuse('token', 'name must be the name of a header field (RFC 9110).');
  const key = fieldKey(name);
  if (OWN_BUSINESS.has(key)) return refuse('forbidden-header', `${name} is set by the server itself.`);
  if (seen.has(key)) return refuse('duplicate', `${name} is there already.`);
  seen.add(key);
  return [];
}

function valueFaults(value: unknown, at: string, needsValues: boolean): ValidationIssue[] {
  const refuse = (code: string, message: string) => [issue(`${at}/value`, code, message)];
  if (value === undefined) return needsValues ? refuse('required', 'value is required.') : [];
  if (typeof value !== 'string') return refuse('is-string', 'value must be text.');
  if (value.length > MAX_VALUE)
    return refuse('max-length', `value must be at most ${MAX_VALUE} characters long.`);
  return isFieldValue(value)
    ? []
    : refuse(
        'field-value',
        'value must be visible characters, with no line break or other control in it and no blank at its ends (RFC 9110).',
      );
}

/**
 * The headers that `input` makes of the stored ones: those with a value get it sealed, the others keep the
 * one stored under their name. A fault for each that has none. Without an input all stay.
 */
export function mergeHeaders(
  stored: readonly SealedHeader[],
  input: readonly HeaderInput[] | undefined,
  seal: (value: string) => string,
): { headers: SealedHeader[]; issues: ValidationIssue[] } {
  if (input === undefined) return { headers: [...stored], issues: [] };
  const known = new Map(stored.map(({ name, value }) => [fieldKey(name), value]));
  const issues: ValidationIssue[] = [];
  const headers = input.map(({ name, value }, index) => {
    const kept = known.get(fieldKey(name));
    if (value === undefined && kept === undefined)
      issues.push(
        issue(`/headers/${index}/value`, 'required', `value is required: there is no ${name} to keep.`),
      );
    return { name, value: value === undefined ? (kept ?? null) : seal(value) };
  });
  return { headers, issues };
}
