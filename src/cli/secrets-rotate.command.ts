import { SecretRotation } from '../sessions/secret-rotation.js';
import { loadConfig } from '../config/config.js';
import { readArguments } from './arguments.js';
import { type Command, UsageError } from './command.js';
import { withApp } from './with-app.js';

export const secretsRotateCommand: Command = {
  name: 'secrets rotate',
  usage: '',
  description: [
    'Seal every stored secret anew. First restart the servers with the new master secret in APP_SECRET',
    'and the old one in APP_SECRET_PREVIOUS, then run this with the same two. API keys and sessions move by',
    'themselves when they are used: run it again to see how many have not. Then drop APP_SECRET_PREVIOUS.',
  ].join('\n'),
  async run(args) {
    readArguments(args, [], {});
    const { appSecret, appSecretPrevious } = loadConfig();
    if (!appSecret || !appSecretPrevious)
      throw new UsageError('Set APP_SECRET to the new master secret and APP_SECRET_PREVIOUS to the old one');
    if (appSecret === appSecretPrevious)
      throw new UsageError('APP_SECRET and APP_SECRET_PREVIOUS are the same');
    const { resealed, unmoved } = await withApp((app) => app.get(SecretRotation).rotate());
    return [
      ...[...resealed].map(([kind, count]) => `Sealed anew: ${count} ${kind}.`),
      'The database is now under the new master secret.',
      `Not moved yet: ${unmoved.keys} API keys and ${unmoved.sessions} sessions. They are lost once APP_SECRET_PREVIOUS is dropped.`,
    ];
  },
};
