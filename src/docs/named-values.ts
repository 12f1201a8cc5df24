import { getMetadataStorage } from 'class-validator';
import { allAbilities } from '../auth/ability.js';
import { Plan } from '../auth/plan.js';
import { Role } from '../auth/role.js';
import { apiKeyStatuses } from '../api-keys/api-key.dto.js';
import { ALL_ABILITIES } from '../api-keys/escalation.js';
import { auditActions } from '../audit/audit-action.js';
import { checkErrors } from '../checks/result/probe-result.js';
import type { Schema } from './openapi.js';

interface NamedValues {
  readonly values: readonly string[];
  readonly description: string;
}

/** Sets of values that have a schema of their own in the document, wherever they are found. */
const namedValues: Readonly<Record<string, NamedValues>> = {
  AbilityName: { values: allAbilities, description: 'What a caller can be allowed to do.' },
  GrantableAbility: {
    values: [...allAbilities, ALL_ABILITIES],
    description: 'An ability, or `*` for all that its giver has at that moment.',
  },
  Role: { values: Object.values(Role), description: 'What somebody is in a team: a set of abilities.' },
  Plan: { values: Object.values(Plan), description: 'What a team may use. Set by the operator.' },
  ApiKeyStatus: { values: apiKeyStatuses, description: 'Whether an API key works.' },
  CheckError: { values: checkErrors, description: 'Why a check was not ok.' },
  AuditAction: { values: auditActions, description: 'What an event of the audit log tells of.' },
};

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value) => b.includes(value));

/** The name of a set of values, or null. */
export const valuesNamed = (values: readonly unknown[]): string | null =>
  Object.entries(namedValues).find(([, named]) => isSame(named.values, values))?.[0] ?? null;

/** The schemas of all named sets. */
export const namedSchemas = (): Record<string, Schema> =>
  Object.fromEntries(
    Object.entries(namedValues).map(([name, { values, description }]) => [
      name,
      { type: 'string', description, enum: [...values] },
    ]),
  );

/**
 * `values` in the order in which a check of input lists them, otherwise sorted. The compiler hands out the
 * members of a union in an order of its own, which changes with the code around it.
 */
export function orderOf(values: readonly unknown[]): unknown[] {
  const lists = [...getMetadataStorage()['validationMetadatas'].values()]
    .flat()
    .filter(({ name }) => name === 'isIn')
    .map(({ constraints }) => constraints![0] as unknown[]);
  const listed = lists.find((list) => isSame(list, values));
  return [...(listed ?? values.toSorted(byValue))];
}

const byValue = (a: unknown, b: unknown): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1;
