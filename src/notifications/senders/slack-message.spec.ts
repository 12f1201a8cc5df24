import { describe, expect, it } from '@jest/globals';
import { created, incident, over, test } from '../../../test/incident-message.js';
import type { Message } from './message.js';
import { slackMessage, slackRequest } from './slack-message.js';

const named = (name: string): Message => ({
  ...(created as Message & { type: 'incident.created' }),
  data: {
    ...incident,
    incident: { ...incident.incident, title: name },
    monitor: { ...incident.monitor, name },
  },
});

const message = (of: Message, publicUrl: string | null = null): any => slackMessage(of, publicUrl);

describe('slackMessage', () => {
  it('has a header, a sentence and the facts', () => {
    const { text, blocks } = message(created);
    expect(text).toBe('Incident: Checkout API: check failed');
    expect(blocks.map(({ type }: { type: string }) => type)).toEqual(['header', 'section', 'section']);
    expect(blocks[2].fields.map((field: { text: string }) => field.text)).toEqual(
      expect.arrayContaining(['Monitor: Checkout API', 'Host: api.example.com', 'Team: Ada &amp; sons']),
    );
  });

  it('links to the incident where the address of the server is known', () => {
    const { blocks } = message(created, 'https://pulse.example.com');
    expect(blocks.at(-1).elements[0].text).toBe(
      `<https://pulse.example.com/v1/incidents/${incident.incident.id}|Open the incident>`,
    );
  });

  it('has no more fields than Slack takes', () => {
    for (const each of [created, over])
      for (const { fields = [] } of message(each).blocks) expect(fields.length).toBeLessThanOrEqual(10);
  });

  it('escapes what Slack would read as its own: nobody is mentioned by a name', () => {
    const text = JSON.stringify(message(named('<!channel> & <https://evil.example|x>')));
    expect(text).not.toMatch(/<[!@h]/);
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|x&gt;');
  });

  it('stays within the limits of Slack, and cuts no entity', () => {
    const { blocks } = message(named('&'.repeat(400)));
    expect(blocks[0].text.text.length).toBeLessThanOrEqual(150);
    expect(blocks[0].text.text).toMatch(/(?:&amp;)+…$/);
    expect(blocks[0].text.text).not.toMatch(/&(?!amp;)/);
  });

  it('is short for a test', () => {
    expect(message(test).blocks).toHaveLength(2);
  });
});

describe('slackRequest', () => {
  it('posts it as JSON, and follows no redirection', () => {
    const webhookUrl = 'https://hooks.slack.com/services/T/B/x';
    const request = slackRequest({ webhookUrl }, created, null);
    expect(request).toMatchObject({
      url: webhookUrl,
      method: 'POST',
      followRedirects: false,
      timeoutMs: 10_000,
    });
    expect(JSON.parse(request.body!)).toEqual(message(created));
    expect(request.headers).toContainEqual(['Content-Type', 'application/json']);
  });
});
