import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { Config } from '../config/config.js';
import { withinBounds } from './bounds.js';
import { faultyEntries } from './each-entry.js';
import {
  escapePointer,
  type ValidationIssue,
  unescapePointer,
  unknownParameters,
} from './validation-issue.js';
import { QueryMalformed, ValidationFailed } from '../problems/common.problems.js';
import type { Problem } from '../problems/problem.js';

/** How many issues are told: more help nobody, and an answer must not be larger than what it answers. */
export const MAX_FAULTS = 50;

/** Faults found outside the declared checks. */
export function validationFailed(...issues: ValidationIssue[]): Problem {
  const values = issues.length === 1 ? 'One value is' : `${issues.length} values are`;
  const omittedErrors = issues.length - MAX_FAULTS;
  return new ValidationFailed(`${values} not valid.`, {
    errors: issues.slice(0, MAX_FAULTS),
    ...(omittedErrors > 0 && { omittedErrors }),
  });
}

/** Throws `ValidationFailed` when there are any issues. */
export function throwIfInvalid(issues: readonly ValidationIssue[]): void {
  if (issues.length > 0) throw validationFailed(...issues);
}

/**
 * A DTO class may check by itself what decorators cannot: values with a structure, and values that must fit
 * each other or what the operator allows. The issues join those of the decorators, so `input` may hold
 * anything.
 */
interface InputClass {
  readonly validate?: (input: object, config: Config) => ValidationIssue[];
}

const options = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
};

/** Checks bodies and queries against their DTO: what it declares and nothing else, all issues at once. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  private readonly emptyQueries = new Map<Type, object>();

  constructor(private readonly config: Config) {}

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (!metatype || (type !== 'body' && type !== 'query')) return value;
    const input = (value ?? {}) as Record<string, unknown>;
    if (type !== 'query') return this.check(input, type, metatype);
    return Object.keys(input).length > 0 ? this.check(input, type, metatype) : this.emptyQuery(metatype);
  }

  /** Most lists are asked for without a query: what becomes of it is found out once. */
  private emptyQuery(metatype: Type): object {
    let query = this.emptyQueries.get(metatype);
    if (!query) {
      query = Object.freeze(this.check({}, 'query', metatype));
      this.emptyQueries.set(metatype, query);
    }
    return query;
  }

  private check(given: Record<string, unknown>, type: 'body' | 'query', metatype: Type): object {
    if (type === 'query') refuseRepeated(given);
    const { input, excess } = withinBounds(given, metatype);
    const instance = plainToInstance(metatype, input) as object;
    const declared = validateSync(instance, options).flatMap((error) => issuesOf(error, '', type));
    const hidden = type === 'query' ? unknownParameters(Object.keys(input).filter(isHidden)) : [];
    const own = (metatype as InputClass).validate?.(instance, this.config) ?? [];
    const others = [...declared, ...hidden, ...own].filter((issue) => !excess.has(memberOf(issue)));
    throwIfInvalid([...[...excess].map(([member, fault]) => located(member, fault, type)), ...others]);
    return instance;
  }
}

/** The member of a DTO that a fault is in. */
const memberOf = ({ pointer = '', parameter }: ValidationIssue): string =>
  parameter ?? unescapePointer(pointer.split('/', 2)[1] ?? '');

const located = (
  parameter: string,
  { code, message, ...at }: ValidationIssue,
  type: string,
): ValidationIssue => ({
  ...(type === 'query' ? { parameter } : at),
  code,
  message,
});

/** class-transformer leaves these names out without a word. A body that holds one has been refused before. */
const isHidden = (name: string): boolean => name === '__proto__' || name === 'constructor';

function refuseRepeated(query: Record<string, unknown>): void {
  const repeated = Object.keys(query).find((name) => Array.isArray(query[name]));
  if (repeated !== undefined)
    throw new QueryMalformed(`The query parameter ${repeated} is given more than once.`);
}

function issuesOf(error: ValidationError, parent: string, type: string): ValidationIssue[] {
  const { property, constraints = {}, children = [] } = error;
  const pointer = `${parent}/${escapePointer(property)}`;
  const own = Object.entries(constraints).flatMap(([name, message]) =>
    pointersOf(error, name, pointer).map((at) => ({
      ...(type === 'query' ? { parameter: property } : { pointer: at }),
      code: codeOf(name),
      message: sentence(name, property, message),
    })),
  );
  return [...own, ...children.flatMap((child) => issuesOf(child, pointer, type))];
}

/** Of a check of each entry of a list: where the faulty entries are. */
function pointersOf({ value }: ValidationError, constraint: string, pointer: string): string[] {
  const faulty = faultyEntries(constraint, value);
  return faulty.length === 0 ? [pointer] : faulty.map((index) => `${pointer}/${index}`);
}

const codeOf = (constraint: string): string =>
  constraint === 'whitelistValidation'
    ? 'unknown-member'
    : constraint.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const sentence = (constraint: string, property: string, message: string): string =>
  constraint === 'whitelistValidation'
    ? `There is no ${property} here.`
    : `${message}${message.endsWith('.') ? '' : '.'}`;
