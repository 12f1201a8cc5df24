import { problem } from '../problems/problem.js';

export const ChannelNameTaken = problem(
  'channel-name-taken',
  409,
  'The team has a channel of that name',
  'Names of notification channels are unique within a team, whatever their case and the blanks in them.',
);
export const ChannelLimitReached = problem(
  'channel-limit-reached',
  409,
  'The team has as many channels as it can have',
  'A team can have 50 notification channels, whatever its plan. Delete one that is no longer used. `limit` and `used` tell the numbers.',
);
export const ChannelInactive = problem(
  'channel-inactive',
  409,
  'The channel is inactive',
  'Nothing is sent to an inactive channel. Set `active` to true first; `disabledReason` tells when it was the server that made it inactive.',
);
export const ChannelUnconfirmed = problem(
  'channel-unconfirmed',
  409,
  'The address of the channel is not confirmed yet',
  'An e-mail address that is not the verified one of a member is asked first: nothing else is sent to it until somebody follows the link in that e-mail. `POST /v1/notification-channels/{id}/confirmation` sends it again. Without `SMTP_URL` it is in the log of the server.',
);
export const ChannelConfirmed = problem(
  'channel-confirmed',
  409,
  'The channel needs no confirmation',
  'Only the address of an e-mail channel is confirmed, and only once: `confirmedAt` tells since when it is.',
);
export const ChannelWithoutSecret = problem(
  'channel-without-secret',
  409,
  'The channel has no signing secret',
  'Only webhooks have a secret, which their messages are signed with.',
);
export const DeliveryNotReplayable = problem(
  'delivery-not-replayable',
  409,
  'The delivery cannot be replayed',
  'Only a delivery that is `delivered` or `dead` can be sent again, and none that asks for a confirmation: that is asked anew. One that is `pending` will be sent anyway, and one that was `cancelled` was no longer to be sent. Of what is told of one rule and monitor only the newest can be: an older one would be the last word, and not true.',
);
