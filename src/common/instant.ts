const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** The first and the last moment that both databases hold. */
const FIRST = Date.UTC(1000, 0, 1);
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Whether `text` is a point in time as RFC 3339 writes it, with its offset: one without means another moment
 * to everybody. Days that no calendar has are refused, where `Date` would take the 30th of February for a
 * day of March.
 */
export function isInstant(text: string): boolean {
  const [, year, month, day] = RFC_3339.exec(text) ?? [];
  const moment = Date.parse(text);
  if (year === undefined || !(moment >= FIRST && moment <= LAST)) return false;
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
}
