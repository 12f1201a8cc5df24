import { Clock } from '../common/clock.js';
import { type Config, loadConfig } from '../config/config.js';
import { masterSecret } from '../crypto/master-secret.js';
import { Secrets } from '../crypto/secrets.js';
import { takeDataDirectory } from '../database/data-directory.js';
import { cannot, describeDatabase, openDataSource } from '../database/data-source.js';
import { Instance } from '../database/instance.entity.js';
import { prepare } from '../database/schema-check.js';
import { readArguments } from './arguments.js';
import type { Command } from './command.js';

async function migrate(config: Config): Promise<string[]> {
  const secrets = new Secrets(masterSecret(config).value, config.appSecretPrevious);
  const source = await openDataSource(config, { entities: [Instance] });
  try {
    return await prepare(source, secrets, new Clock());
  } catch (error) {
    throw cannot(`migrate the ${describeDatabase(config)}`, error);
  } finally {
    await source.destroy();
  }
}

/** Starts nothing of the application: it works on the database alone. */
export const migrateCommand: Command = {
  name: 'migrate',
  usage: '',
  description: 'Bring the schema of the database up to date. The server does so too when it starts.',
  async run(args) {
    readArguments(args, [], {});
    const config = loadConfig();
    const held = takeDataDirectory(config);
    try {
      const names = await migrate(config);
      return [...names.map((name) => `Ran ${name}.`), `The ${describeDatabase(config)} is up to date.`];
    } finally {
      held?.release();
    }
  },
};
