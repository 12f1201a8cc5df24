import { DeclinedAddresses } from '../notifications/recipients/declined-addresses.js';
import { readArguments } from './arguments.js';
import type { Command } from './command.js';
import { withApp } from './with-app.js';

export const mailAllowCommand: Command = {
  name: 'mail allow',
  usage: '<address>',
  description: [
    'Let the owner of an address be asked again, after somebody chose "This was not me" there: for',
    "example because it was their own, mistaken for a stranger's.",
  ].join('\n'),
  async run(args) {
    const { words } = readArguments(args, ['<address>'], {});
    const address = words[0]!;
    const wasDeclined = await withApp((app) => app.get(DeclinedAddresses).allow(address));
    return [
      wasDeclined
        ? `${address} can be asked again: activate its channels, or have the confirmation sent.`
        : `${address} has not declined anything.`,
    ];
  },
};
