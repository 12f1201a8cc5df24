import { Initial1764547200000 } from './1764547200000-initial.js';

/** In the order they run. A released migration never changes: `test/database/migrations.db-spec.ts` knows what each executes. */
export const migrations = [Initial1764547200000];
