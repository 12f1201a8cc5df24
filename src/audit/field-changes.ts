/** What became of one field. Of a secret only that it changed. */
export type FieldChange =
  | { readonly field: string; readonly from: unknown; readonly to: unknown }
  | { readonly field: string; readonly redacted: true; readonly cleared?: true };

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The fields of `fields` in which `after` differs from `before`. */
export const fieldChanges = <T extends object>(
  before: T,
  after: T,
  fields: ReadonlyArray<keyof T & string>,
): FieldChange[] =>
  fields
    .filter((field) => !same(before[field], after[field]))
    .map((field) => ({ field, from: before[field], to: after[field] }));

/** The fields a new thing starts with. */
export const createdFields = <T extends object>(
  thing: T,
  fields: ReadonlyArray<keyof T & string>,
): FieldChange[] => fields.map((field) => ({ field, from: null, to: thing[field] }));

/** That a secret changed, and nothing of its value. */
export const redactedChange = (field: string): FieldChange => ({ field, redacted: true });

/** That a secret was cleared, because what it is for now leads elsewhere. */
export const clearedChange = (field: string): FieldChange => ({ field, redacted: true, cleared: true });
