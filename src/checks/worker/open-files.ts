import { readFileSync } from 'node:fs';

/** How many files this process may have open: the soft limit. Null where the system does not tell, or sets none. */
export function openFilesLimit(read = () => readFileSync('/proc/self/limits', 'utf8')): number | null {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(read()) ?? [];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}
