import { describe, expect, it } from '@jest/globals';
import { created, incident } from '../../../test/incident-message.js';
import { emailMessage } from './email-message.js';
import type { Message } from './message.js';

const options = { webhookId: 'msg_1', publicUrl: 'https://pulse.example.com' };

const named = (name: string): Message =>
  ({ ...created, data: { ...incident, incident: { ...incident.incident, title: name } } }) as Message;

describe('emailMessage', () => {
  it('tells the same as text and as HTML', () => {
    const { to, subject, text, html } = emailMessage('ada@example.com', created, options);
    expect([to, subject]).toEqual(['ada@example.com', 'Incident: Checkout API: check failed']);
    for (const part of ['Checkout API', 'api.example.com', 'high', '/v1/incidents/inc_']) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
    expect(text).toContain('Team: Ada & sons\n');
    expect(html).toContain('<td>Ada &amp; sons</td>');
  });

  it('is the same e-mail at each attempt', () => {
    expect(emailMessage('ada@example.com', created, options).messageId).toBe('<msg_1@pulseapi>');
  });

  it('has one line for a subject, whatever an incident is called', () => {
    const { subject, text } = emailMessage(
      'ada@example.com',
      named('x\r\nBcc: eve@example.com\u2028y'),
      options,
    );
    expect(subject).toBe('Incident: x Bcc: eve@example.com y');
    expect(text).not.toMatch(/^Bcc/m);
  });

  it('cuts a subject that is too long, between characters', () => {
    const { subject } = emailMessage('ada@example.com', named('😀'.repeat(300)), options);
    expect([...subject]).toHaveLength(200);
  });

  it('escapes what HTML would read as its own', () => {
    const message = {
      ...created,
      data: { ...incident, monitor: { ...incident.monitor, name: `<img src="x" onerror='y'>` } },
    } as Message;
    const { html } = emailMessage('ada@example.com', message, options);
    expect(html).toContain('&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;');
    expect(html).not.toContain('<img');
  });
});
