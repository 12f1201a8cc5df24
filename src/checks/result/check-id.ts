import { TypeID } from 'typeid-js';

/**
 * The identifier of the check of a monitor that was due at `dueAt` (epoch milliseconds). It follows from
 * these two, which are what a check is known by, so that it can be named before it is stored. Like every
 * identifier it sorts by time.
 */
export function checkId(monitorId: string, dueAt: number): string {
  const bytes = TypeID.fromString(monitorId).toUUIDBytes();
  // In a UUIDv7 these are the time; what follows them tells one monitor from another.
  for (let i = 0, shift = 2 ** 40; i < 6; i += 1, shift /= 256) bytes[i] = Math.floor(dueAt / shift) % 256;
  return TypeID.fromUUIDBytes('chk', bytes).toString();
}
