import type { Message } from './message.js';
import { textOf } from './message-text.js';

/** An e-mail, before it is put into the format of the wire. */
export interface Mail {
  /** One address, and nothing else. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The same for all attempts, so that a mailbox can tell a repetition. */
  readonly messageId: string;
}

const MAX_SUBJECT = 200;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

/** One line, whatever is in it: a line break would begin another header. */
export const line = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** The e-mail that `message` becomes. `webhookId` names the delivery. */
export function emailMessage(
  address: string,
  message: Message,
  { webhookId, publicUrl }: { webhookId: string; publicUrl: string | null },
): Mail {
  const { title, summary, facts, link } = textOf(message, publicUrl);
  const rows = facts.map(([label, value]) => [label, line(value)] as const);
  return {
    to: address,
    subject: [...line(title)].slice(0, MAX_SUBJECT).join(''),
    text: [
      line(summary),
      ...(rows.length > 0 ? ['', ...rows.map(([label, value]) => `${label}: ${value}`)] : []),
      ...(link === null ? [] : ['', link]),
      '',
    ].join('\n'),
    html: [
      `<p>${escape(line(summary))}</p>`,
      ...(rows.length > 0 ? [`<table>${rows.map(htmlRow).join('')}</table>`] : []),
      ...(link === null ? [] : [`<p><a href="${escape(link)}">Open the incident</a></p>`]),
    ].join('\n'),
    messageId: `<${webhookId}@pulseapi>`,
  };
}

const htmlRow = ([label, value]: readonly [string, string]): string =>
  `<tr><th align="left">${escape(label)}</th><td>${escape(value)}</td></tr>`;
