import { buildMessage, ValidateBy } from 'class-validator';

export type Check = (entry: unknown) => boolean;

const checks = new Map<string, Check>();

/** Checks every entry of a list by itself, so that each faulty one is named by its own pointer. `name` is the fault's code. */
export function EachEntry(name: string, isValid: Check, message: string): PropertyDecorator {
  checks.set(name, isValid);
  return ValidateBy({
    name,
    validator: {
      validate: (value) => Array.isArray(value) && value.every(isValid),
      defaultMessage: buildMessage(() => message),
    },
  });
}

/** The indexes of the entries that the check `name` refuses. */
export function faultyEntries(name: string, list: unknown): number[] {
  const isValid = checks.get(name);
  if (!isValid || !Array.isArray(list)) return [];
  return list.flatMap((entry, index) => (isValid(entry) ? [] : [index]));
}
