import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { faultyEntries } from './each-entry.js';
import { QueryMalformed, ValidationFailed } from '../problems/common.problems.js';

/** One fault of the input, as the member `errors` of `validation-failed` lists it. */
export interface InputFault {
  /** RFC 6901, for a member of the body. */
  readonly pointer?: string;
  /** The name of a query parameter. */
  readonly parameter?: string;
  readonly code: string;
  readonly message: string;
}

/** One fault found outside the declared checks. */
export const invalid = (fault: InputFault) =>
  new ValidationFailed('The input is not valid.', { errors: [fault] });

const options = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
};

/** Checks bodies and queries against their DTO: what it declares and nothing else, all faults at once. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (!metatype || (type !== 'body' && type !== 'query')) return value;
    const input = (value ?? {}) as Record<string, unknown>;
    if (type === 'query') refuseRepeated(input);
    const instance = plainToInstance(metatype, input) as object;
    const faults = validateSync(instance, options).flatMap((error) => faultsOf(error, '', type));
    if (faults.length > 0)
      throw new ValidationFailed(
        `${faults.length === 1 ? 'One value is' : `${faults.length} values are`} not valid.`,
        { errors: faults },
      );
    return instance;
  }
}

function refuseRepeated(query: Record<string, unknown>): void {
  const repeated = Object.keys(query).find((name) => Array.isArray(query[name]));
  if (repeated !== undefined)
    throw new QueryMalformed(`The query parameter ${repeated} is given more than once.`);
}

const escapePointer = (member: string): string => member.replaceAll('~', '~0').replaceAll('/', '~1');

function faultsOf(error: ValidationError, parent: string, type: string): InputFault[] {
  const { property, constraints = {}, children = [] } = error;
  const pointer = `${parent}/${escapePointer(property)}`;
  const own = Object.entries(constraints).flatMap(([name, message]) =>
    pointersOf(error, name, pointer).map((at) => ({
      ...(type === 'query' ? { parameter: property } : { pointer: at }),
      code: codeOf(name),
      message: sentence(name, property, message),
    })),
  );
  return [...own, ...children.flatMap((child) => faultsOf(child, pointer, type))];
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
