import { escape, line, type Mail } from '../senders/email-message.js';
import type { ConfirmationMessage } from '../senders/message.js';

/** The e-mail that asks whether an address may be sent to. Names are the only words in it that others chose. */
export function confirmationMail(
  address: string,
  { team, channel, page }: ConfirmationMessage,
  { webhookId, token }: { webhookId: string; token: string },
): Mail {
  const link = `${page}${token}`;
  const asked = `The team "${line(team.name)}" wants to send what it is told of its monitors to this address (channel "${line(channel.name)}").`;
  const until = 'The link works for 7 days. Until it is confirmed, nothing else is sent to you.';
  const otherwise =
    'If this means nothing to you, do nothing, or follow the link and choose "This was not me": then this server does not ask you again.';
  return {
    to: address,
    subject: 'Confirm that PulseAPI may write to you',
    text: [asked, '', 'Confirm it here:', link, '', until, otherwise, ''].join('\n'),
    html: [
      `<p>${escape(asked)}</p>`,
      `<p><a href="${escape(link)}">Confirm it</a></p>`,
      `<p>${escape(until)}</p>`,
      `<p>${escape(otherwise)}</p>`,
    ].join('\n'),
    messageId: `<${webhookId}@pulseapi>`,
  };
}
