import { variables } from './variables.js';

type Variables = typeof variables;
type Values = { readonly [K in keyof Variables]: ReturnType<Variables[K]['read']> };

/** The configuration: every value of `variables`, read and checked. Also the token to inject it by. */
export abstract class Config {}
export interface Config extends Values {}

/** Every fault of the environment at once. A start that fails for it ends with exit code 78 (`EX_CONFIG`, sysexits.h). */
export class ConfigurationError extends Error {
  static readonly exitCode = 78;

  constructor(readonly faults: readonly string[]) {
    super(`The configuration is wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/** Reads the environment. An empty variable counts as unset. Throws `ConfigurationError`. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = [];
  const entries = Object.entries(variables).map(([key, { name, read, fallback }]) => {
    const given = env[name] || fallback;
    if (given === null) return [key, null];
    try {
      return [key, read(given)];
    } catch (error) {
      faults.push(`${name} ${(error as Error).message}`);
      return [key, null];
    }
  });
  const config = Object.fromEntries(entries) as Config;
  if (config.databaseUrl && !config.appSecret && !faults.some((fault) => fault.startsWith('APP_SECRET ')))
    faults.push('APP_SECRET must be set when DATABASE_URL is: every process needs the same one');
  if (!config.databaseUrl && config.role !== 'all')
    faults.push(
      'PULSE_ROLE must be all without DATABASE_URL: SQLite belongs to one process, which does everything',
    );
  if (faults.length > 0) throw new ConfigurationError(faults);
  return config;
}
