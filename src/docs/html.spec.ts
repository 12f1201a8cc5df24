import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { escapeHtml, navigation, pageOf, prose, STATIC_PAGE_POLICY } from './html.js';

describe('escapeHtml()', () => {
  it('leaves nothing that could begin markup or end an attribute', () => {
    expect(escapeHtml(`<a b="c" d='e'>&`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;');
  });
});

describe('prose()', () => {
  it('escapes what is in code too', () => {
    expect(prose('Send `Bearer <token>`.')).toBe('Send <code>Bearer &lt;token&gt;</code>.');
  });
});

describe('navigation()', () => {
  it('leads to other pages under the prefix of the server', () => {
    expect(navigation('/pulse')).toContain('href="/pulse/docs"');
  });
});

describe('pageOf()', () => {
  it('has the one style that its policy allows', () => {
    const [, style] = /<style>([^]*)<\/style>/.exec(pageOf('A title', '', ''))!;
    const digest = createHash('sha256').update(style!).digest('base64');
    expect(STATIC_PAGE_POLICY).toContain(`style-src 'sha256-${digest}'`);
  });

  it('escapes its title', () => {
    expect(pageOf('<script>', '', '')).not.toContain('<script>');
  });
});
