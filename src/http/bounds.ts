import { applyDecorators, type Type } from '@nestjs/common';
import { Allow, getMetadataStorage } from 'class-validator';
import { escapePointer, type ValidationIssue, isObject } from './validation-issue.js';

/** How much a member of a DTO may hold: characters of each text in it, and entries of all lists in it. */
export interface Bounds {
  readonly text: number;
  readonly entries: number;
}

/** Of a member that says nothing itself, such as a number or a choice: more than anything it may be. */
const DEFAULT: Bounds = { text: 250, entries: 50 };

/** Code units that one character of a normalised text is written with at most: NFD has up to four for each of NFC (UAX 15). */
const SPELLINGS = 4;

const declared = new WeakMap<object, Map<string, Partial<Bounds>>>();

/** Says how much a member may hold whose shape no validator of class-validator tells. */
export const Bounded =
  (bounds: Partial<Bounds>): PropertyDecorator =>
  (target, member) => {
    const own = declared.get(target) ?? new Map<string, Partial<Bounds>>();
    declared.set(target, own.set(String(member), bounds));
  };

/** A member with a structure of its own, which its DTO checks by itself: see `InputClass`. */
export const Structured = (bounds: Partial<Bounds>): PropertyDecorator =>
  applyDecorators(Allow(), Bounded(bounds));

/** What the validators say that bound something, by their names. */
const fromValidators: Readonly<Record<string, (constraints: readonly number[]) => Partial<Bounds>>> = {
  maxLength: ([text]) => ({ text: text! }),
  isLength: ([, text]) => ({ text: text! }),
  arrayMaxSize: ([entries]) => ({ entries: entries! }),
};

const known = new WeakMap<Type, ReadonlyMap<string, Bounds>>();

/** The bounds of every member that `dto` declares. */
function boundsOf(dto: Type): ReadonlyMap<string, Bounds> {
  let bounds = known.get(dto);
  if (!bounds) known.set(dto, (bounds = readBounds(dto)));
  return bounds;
}

function readBounds(dto: Type): ReadonlyMap<string, Bounds> {
  const bounds = new Map<string, Bounds>();
  const add = (member: string, more: Partial<Bounds> = {}) =>
    bounds.set(member, { ...DEFAULT, ...bounds.get(member), ...more });
  for (const { propertyName, name = '', constraints } of getMetadataStorage().getTargetValidationMetadatas(
    dto,
    '',
    true,
    false,
  ))
    add(propertyName, fromValidators[name]?.(constraints as number[]));
  for (let target = dto.prototype as object; target; target = Object.getPrototypeOf(target) as object)
    for (const [member, more] of declared.get(target) ?? []) add(member, more);
  return bounds;
}

/** An input of which nothing is larger than its member may be, and what was. */
export interface BoundedInput {
  readonly input: Record<string, unknown>;
  /** The issues of each member that was too large, and is not in `input` any more. */
  readonly excess: ReadonlyMap<string, ValidationIssue>;
}

/**
 * Cuts `input` down to what `dto` may hold, before anything is transformed or validated: so no check and no
 * normalisation ever sees more than its member's bound, whatever it costs. Of members that are not declared
 * only the names are left.
 */
export function withinBounds(input: Readonly<Record<string, unknown>>, dto: Type): BoundedInput {
  const bounds = boundsOf(dto);
  const excess = new Map<string, ValidationIssue>();
  const kept = Object.entries(input).flatMap(([member, value]): Array<[string, unknown]> => {
    const bound = bounds.get(member);
    if (!bound) return [[member, null]];
    const issue = new Measure(bound).faultOf(value, `/${escapePointer(member)}`, member);
    if (!issue) return [[member, value]];
    excess.set(member, issue);
    return [];
  });
  return { input: Object.fromEntries(kept), excess };
}

/** Measures one member, in one pass that ends where it is too large. */
class Measure {
  private entries = 0;

  constructor(private readonly bounds: Bounds) {}

  faultOf(value: unknown, pointer: string, name: string): ValidationIssue | null {
    if (typeof value === 'string') return this.textFault(value, pointer, name);
    if (Array.isArray(value)) return this.listFault(value, pointer, name);
    if (!isObject(value)) return null;
    for (const [member, each] of Object.entries(value)) {
      const issue = this.faultOf(each, `${pointer}/${escapePointer(member)}`, member);
      if (issue) return issue;
    }
    return null;
  }

  private textFault({ length }: string, pointer: string, name: string): ValidationIssue | null {
    const { text } = this.bounds;
    if (length <= text * SPELLINGS) return null;
    return { pointer, code: 'max-length', message: `${name} must be at most ${text} characters long.` };
  }

  private listFault(list: readonly unknown[], pointer: string, name: string): ValidationIssue | null {
    this.entries += list.length;
    const { entries } = this.bounds;
    if (this.entries > entries)
      return { pointer, code: 'array-max-size', message: `${name} must have at most ${entries} entries.` };
    for (const [index, each] of list.entries()) {
      const issue = this.faultOf(each, `${pointer}/${index}`, `${name}/${index}`);
      if (issue) return issue;
    }
    return null;
  }
}
