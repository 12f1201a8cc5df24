import type { OutboundRequest } from '../../egress/exchange.js';
import { post } from './http-client.js';
import type { Message } from './message.js';
import { textOf } from './message-text.js';

/** Slack's limits, in characters. */
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;
const MAX_FIELD = 2_000;
/** How many fields a section has at most. */
const MAX_FIELDS = 10;

/** The three characters that Slack reads as its own in every text. Mentions and links begin with one of them. */
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** At most `length` characters of `text`, which may be cut before it is escaped, never within an entity. */
function fitted(text: string, length: number): string {
  let result = '';
  for (const character of text) {
    const escaped = escape(character);
    if (result.length + escaped.length > length - 1) return `${result}…`;
    result += escaped;
  }
  return result;
}

/** What callers named is shown as it is: in plain text nothing of it formats. */
const plain = (text: string, length: number) => ({
  type: 'plain_text',
  text: fitted(text, length),
  emoji: false,
});

/** The body for an incoming webhook of Slack, in Block Kit. */
export function slackMessage(message: Message, publicUrl: string | null): object {
  const { title, summary, facts, link } = textOf(message, publicUrl);
  return {
    text: fitted(title, MAX_SECTION),
    blocks: [
      { type: 'header', text: plain(title, MAX_HEADER) },
      { type: 'section', text: plain(summary, MAX_SECTION) },
      ...(facts.length > 0
        ? [
            {
              type: 'section',
              fields: facts
                .slice(0, MAX_FIELDS)
                .map(([label, value]) => plain(`${label}: ${value}`, MAX_FIELD)),
            },
          ]
        : []),
      ...(link === null
        ? []
        : [
            {
              type: 'context',
              elements: [{ type: 'mrkdwn', text: `<${escape(link)}|Open the incident>` }],
            },
          ]),
    ],
  };
}

export const slackRequest = (
  { webhookUrl }: { readonly webhookUrl: string },
  message: Message,
  publicUrl: string | null,
): OutboundRequest => post(webhookUrl, JSON.stringify(slackMessage(message, publicUrl)));
