import { issue, type ValidationIssue } from './validation-issue.js';
import { ListField } from './list-field.js';

const isIdentifier = (value: unknown): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= 40;

/** Identifiers of other things, each once, at most `most` of them. Whether the team has such things is for `foreignIdIssues` to say. */
export const IdListField = (most: number): PropertyDecorator =>
  ListField(most, {
    name: 'identifier',
    isValid: isIdentifier,
    message: 'Each entry must be an identifier.',
  });

/** The entries of the list `member` that are not among `owned`: each a fault that says what it should be. */
export const foreignIdIssues = (
  member: string,
  ids: readonly string[],
  owned: ReadonlySet<string>,
  noun: string,
): ValidationIssue[] =>
  ids.flatMap((id, index) =>
    owned.has(id)
      ? []
      : [issue(`/${member}/${index}`, noun, `${member}/${index} must be a ${noun} of the team.`)],
  );
