import type { Place } from '../crypto/secrets.js';
import type { Monitor } from './monitor.entity.js';
import type { RequestAuth } from './request-auth.js';

/** The settings of a monitor in which values are sealed. */
export type SealedSettings = Pick<Monitor, 'headers' | 'auth'>;
export type SealedColumn = keyof SealedSettings;

/** Where the values of a monitor's column are sealed for. */
export const placeOf = (column: SealedColumn, { id, teamId }: Pick<Monitor, 'id' | 'teamId'>): Place => ({
  table: 'monitors',
  column,
  row: id,
  team: teamId,
});

/** The settings with `work` done to each sealed value. */
export const mapSealed = (
  { headers, auth }: SealedSettings,
  work: (value: string, column: SealedColumn) => string,
): SealedSettings => ({
  headers: headers.map(({ name, value }) => ({ name, value: work(value, 'headers') })),
  auth: mapAuth(auth, (value) => work(value, 'auth')),
});

function mapAuth(auth: RequestAuth, work: (value: string) => string): RequestAuth {
  switch (auth.type) {
    case 'none':
      return auth;
    case 'basic':
      return { ...auth, password: work(auth.password) };
    case 'bearer':
      return { ...auth, token: work(auth.token) };
  }
}
