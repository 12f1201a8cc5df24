import { existsSync, readFileSync } from 'node:fs';
import type { Tag } from './openapi.js';

/** The nearest `package.json`: how far it is depends on where the build is. */
function packageFile(directory = new URL('.', import.meta.url)): URL {
  const file = new URL('package.json', directory);
  return existsSync(file) ? file : packageFile(new URL('..', directory));
}

const { version, license } = JSON.parse(readFileSync(packageFile(), 'utf8')) as {
  version: string;
  license: string;
};

const description = `PulseAPI watches HTTP endpoints for teams. Everything it does is done over this API: by people, who sign in, and by programs, which hold API keys.

## Who is calling

Send a token with every request: \`Authorization: Bearer <token>\`. To try the API on this page, call \`POST /v1/auth/sign-in\`, choose **Authorize** and paste the \`token\` of the answer. Programs use an API key, from \`POST /v1/api-keys\`. What a caller may do is the abilities of the key that its owner's role and the plan of the team allow at that moment: each operation names the abilities it needs (\`x-required-abilities\`), and \`GET /v1/me\` tells yours. A key can be limited to projects (\`projectIds\`): nothing else of the team is there for it.

## When something goes wrong

Every failure is a problem as RFC 9457 has it, of type \`application/problem+json\`, with a \`code\` that never changes. [All problems](/problems) are explained on pages of this server.

## Conventions

- Ids are opaque strings with a prefix that says what they name. Times are RFC 3339, in UTC.
- Members and query parameters that an operation does not know are refused.
- Lists have up to 200 entries a page. Ask for the next one with \`cursor\`, from \`nextCursor\`; it stays in place while entries are added.
- Every \`POST\` takes an \`Idempotency-Key\`, so that it can be repeated when its answer was lost.
- Single resources have an \`ETag\`. Send it in \`If-Match\` to change only what you have seen, and in \`If-None-Match\` to read only what is new.
- What is sent to webhooks is described under **Webhooks**, signed as [Standard Webhooks](https://www.standardwebhooks.com) say.
- Operations that change something leave an event in the audit log (\`x-audit-action\`).
- The limit of requests a minute is that of the team's plan for each API key. The \`RateLimit\` headers tell how it stands.`;

/** What the document says of the API as a whole. */
export const info = {
  title: 'PulseAPI',
  version,
  summary: 'Self-hosted monitoring of HTTP endpoints for teams.',
  description,
  contact: { name: 'The operator of this server' },
  license: { name: license, identifier: license },
};

/** A sentence for every tag of a controller, in the order in which one needs them. */
export const tags: readonly Tag[] = [
  { name: 'Sign-in', description: 'Accounts and sessions of people.' },
  { name: 'Account', description: 'Your profile and password, and who you are to this server.' },
  { name: 'Monitors', description: 'The HTTP endpoints the team watches.' },
  { name: 'Checks', description: 'What came of checking a monitor: history, uptime and latency.' },
  {
    name: 'Notification channels',
    description: 'Where the team is told of incidents, and what became of each message.',
  },
  { name: 'Alert rules', description: 'What turns bad checks into incidents, and whom it tells.' },
  {
    name: 'Incidents',
    description: 'What alert rules found wrong, and what was done about it.',
  },
  {
    name: 'Maintenance',
    description: 'When nothing is made of failing checks, because somebody works on what is watched.',
  },
  { name: 'API keys', description: 'Credentials of programs: create, restrict, rotate and revoke them.' },
  { name: 'Projects', description: 'Groups of monitors. Every monitor is in exactly one.' },
  { name: 'Members', description: 'Who belongs to the team, and with which role.' },
  { name: 'Teams', description: 'Workspaces: they own everything else.' },
  { name: 'Audit log', description: 'Every change made by a caller, and every security event of the team.' },
  { name: 'Health', description: 'For whoever starts and balances processes of this server.' },
];

export const bearerScheme = {
  type: 'http',
  scheme: 'bearer',
  description:
    'An API key (`pulse_key_...`) or a session token (`pulse_ses_...`), in the `Authorization` header and nowhere else.',
};
