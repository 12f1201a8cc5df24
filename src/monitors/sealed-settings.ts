import type { EncryptionContext } from '../crypto/secrets.js';
import type { Monitor } from './monitor.entity.js';
import type { RequestAuth } from './request-auth.js';

/** The settings of a monitor in which values are sealed. */
export type SealedSettings = Pick<Monitor, 'headers' | 'auth'>;
export type SealedColumn = keyof SealedSettings;

/** Where the values of a monitor's column are sealed for. */
export const placeOf = (
  column: SealedColumn,
  { id, teamId }: Pick<Monitor, 'id' | 'teamId'>,
): EncryptionContext => ({
  table: 'monitors',
  column,
  row: id,
  team: teamId,
});

/** The settings with `work` done to each sealed value. What was cleared stays so. */
export const mapSealed = (
  { headers, auth }: SealedSettings,
  work: (value: string, column: SealedColumn) => string | null,
): SealedSettings => ({
  headers: headers.map(({ name, value }) => ({ name, value: value && work(value, 'headers') })),
  auth: mapAuth(auth, (value) => value && work(value, 'auth')),
});

function mapAuth(auth: RequestAuth, work: (value: string | null) => string | null): RequestAuth {
  switch (auth.type) {
    case 'none':
      return auth;
    case 'basic':
      return { ...auth, password: work(auth.password) };
    case 'bearer':
      return { ...auth, token: work(auth.token) };
  }
}

/** The sealed values by the field they are of, null where one was cleared. */
export function sealedFields({ headers, auth }: SealedSettings): Map<string, string | null> {
  const fields = new Map(headers.map(({ name, value }) => [`headers.${name}`, value]));
  if (auth.type === 'basic') fields.set('auth.password', auth.password);
  if (auth.type === 'bearer') fields.set('auth.token', auth.token);
  return fields;
}

/** The fields whose values were cleared. */
export const clearedFields = (settings: SealedSettings): string[] =>
  [...sealedFields(settings)].flatMap(([field, value]) => (value === null ? [field] : []));
