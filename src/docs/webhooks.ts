import { type Message, type MessageType, messageTypes } from '../notifications/senders/message.js';
import { JSON_TYPE, type Parameter, type Schema, type Webhook } from './openapi.js';
import { webhookExamples } from './webhook-examples.js';

const text = (example: string, description?: string): Schema => ({
  type: 'string',
  ...(description && { description }),
  examples: [example],
});
const orNull = (schema: Schema): Schema => ({ ...schema, type: [schema.type as string, 'null'] });
const moment = (example: string): Schema => ({ type: 'string', format: 'date-time', examples: [example] });
const integer = (example: number): Schema => ({ type: 'integer', examples: [example] });
const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });

/** An object of these members, all of which are there. More may come: receivers pass over those they do not know. */
const object = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

const named = (id: string, name: string, more: Record<string, Schema> = {}): Schema =>
  object({ id: text(id), name: text(name), ...more });

const team = named('team_01jd8x0000f3b9s0d2m8c5p1rk', 'Analytical Engines');

const incident: Schema = object({
  incident: object({
    id: text('inc_01jd8x0000e3vb6qk4mzt5w7ya'),
    title: text('Checkout API: check failed'),
    status: oneOf('open', 'acknowledged', 'resolved'),
    severity: oneOf('critical', 'high', 'medium', 'low'),
    startedAt: moment('2026-11-20T16:45:00.000Z'),
    resolvedAt: orNull(moment('2026-11-20T17:02:00.000Z')),
    durationSeconds: orNull(integer(1_020)),
    rootCause: orNull(text('A full disk.')),
    reopenCount: {
      ...integer(0),
      description: 'How often it failed again after it was told that it is over.',
    },
    flapping: {
      type: 'boolean',
      description: 'Whether it comes and goes: nothing more is told until it was good for a whole cooldown.',
      examples: [false],
    },
    allClearAfterSeconds: {
      ...orNull(integer(900)),
      description: 'How long it must be good before that is told; null where it is not flapping.',
    },
    resolution: {
      ...orNull(text('recovered')),
      description:
        'Why it is over: `recovered`, `person`, or why nobody looks any more; null while it is open.',
    },
  }),
  monitor: named('mon_01jd8x0000e3vb6qk4mzt5w7ya', 'Checkout API', {
    url: text('https://api.example.com/health'),
  }),
  check: {
    description: 'The check that the message is about; null where a person did it.',
    anyOf: [
      object({
        at: moment('2026-11-20T16:44:58.204Z'),
        statusCode: orNull(integer(503)),
        error: orNull(text('unexpected-status', 'See `error` of a check.')),
        detail: orNull(text('The status is 503 and not 200.')),
      }),
      { type: 'null' },
    ],
  },
  team,
  rule: named('rul_01jd8x0000e3vb6qk4mzt5w7ya', 'Check failed'),
});

const blindness: Schema = object({
  blindness: object({
    id: text('bln_01jd8x0000e3vb6qk4mzt5w7ya'),
    startedAt: moment('2026-11-20T16:45:00.000Z'),
    endedAt: {
      ...orNull(moment('2026-11-20T17:02:00.000Z')),
      description: 'Null in `monitoring.blind`.',
    },
    durationSeconds: orNull(integer(1_020)),
    unknownMonitors: integer(12),
    activeMonitors: integer(12),
  }),
  team,
});

const test: Schema = object({ channel: named('chn_01jd8x0000e3vb6qk4mzt5w7ya', 'On call'), team });

const summaries: Readonly<Record<MessageType, string>> = {
  'incident.created': 'An incident began',
  'incident.reopened': 'An incident that was told to be over goes on',
  'incident.resolved': 'An incident is over',
  'monitoring.blind': 'The server cannot see the targets of the team',
  'monitoring.restored': 'The server can see them again',
  'channel.test': 'Somebody tries the channel',
  'channel.confirmation': 'The owner of an address is asked whether it may be sent to',
};

const dataOf = (type: MessageType): Schema => {
  if (type.startsWith('incident.')) return incident;
  return type.startsWith('monitoring.') ? blindness : test;
};

const header = (name: string, description: string, example: string): Parameter => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: text(example),
});

const headers: Parameter[] = [
  header('webhook-id', 'Names the message: the same for all attempts.', 'msg_01jd8x0000e3vb6qk4mzt5w7ya'),
  header('webhook-timestamp', 'When this attempt was made, in seconds since 1970.', '1795438817'),
  header(
    'webhook-signature',
    'HMAC-SHA-256 of `<id>.<timestamp>.<body>` with the secret of the channel, in base64, behind `v1,`. After a rotation there are two, with a blank between them.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
];

/** A message as it is sent to webhooks: its body as a schema. */
export const messageSchema = (type: MessageType): Schema =>
  object({
    type: { type: 'string', const: type },
    timestamp: moment('2026-11-20T16:45:00.000Z'),
    data: dataOf(type),
  });

/** Every type of message that a webhook gets. `channel.confirmation` is for e-mail alone. */
export const webhookTypes = messageTypes.filter(
  (type): type is Message['type'] => type !== 'channel.confirmation',
);

/** What the document tells of the messages that are sent to webhooks. */
export const webhooks = (): Record<string, Webhook> =>
  Object.fromEntries(webhookTypes.map((type) => [type, { post: operationOf(type) }]));

const operationOf = (type: Message['type']): Webhook['post'] => ({
  operationId: `webhook.${type}`,
  summary: summaries[type],
  description:
    'Posted to the URL of a channel of type `webhook`, at least once. Verify the signature, and pass over members you do not know.',
  tags: ['Notification channels'],
  // The signature is no scheme that OpenAPI knows.
  security: [],
  parameters: headers,
  requestBody: {
    required: true,
    content: { [JSON_TYPE]: { schema: messageSchema(type), example: webhookExamples[type] } },
  },
  responses: {
    '2XX': {
      description: 'Taken. Anything else, or nothing within ten seconds, is tried again: seven times in all.',
    },
    '410': { description: 'Wanted no more: the channel becomes inactive.' },
  },
});
