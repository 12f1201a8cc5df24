import type { SignUpPolicy } from '../sessions/sign-up-policy.js';

/** What a person who starts the server needs to know of it. */
export interface Greeting {
  /** Where callers reach it. */
  readonly origin: string;
  /** Whether it answers the API there, beside health and metrics. */
  readonly servesApi: boolean;
  readonly hasDocs: boolean;
  readonly database: string;
  /** Host and port; null where there is none. */
  readonly mailServer: string | null;
  /** Whether the operator said where callers reach it, so that links in e-mails lead there. */
  readonly hasPublicUrl: boolean;
  /** The file the master secret was generated into by this start. */
  readonly newSecretFile: string | null;
  readonly signUp: SignUpPolicy;
  /** A password nobody else was shown, for the command that makes the first account. */
  readonly suggestedPassword: string;
}

/** The lines a person reads after the start. */
export function greet(greeting: Greeting): string {
  const { origin, servesApi, hasDocs, database, mailServer, hasPublicUrl } = greeting;
  const { newSecretFile, signUp, suggestedPassword } = greeting;
  if (!servesApi)
    return [
      'PulseAPI is making checks. It answers the API in another process.',
      `  Health      ${origin}/health/ready`,
      `  Data        ${database}`,
      '',
    ].join('\n');
  return [
    `PulseAPI is listening.`,
    `  API         ${origin}/v1`,
    ...(hasDocs ? [`  Swagger UI  ${origin}/docs`] : []),
    `  Data        ${database}`,
    `  E-mail      ${mailServer === null ? 'written to the log: SMTP_URL is not set' : `sent over ${mailServer}`}`,
    ...(mailServer !== null && !hasPublicUrl
      ? [`              its links lead to ${origin}: set PUBLIC_URL for those who read it elsewhere`]
      : []),
    ...(newSecretFile
      ? [`  Secret      generated in ${newSecretFile}: back it up, the database is of no use without it`]
      : []),
    ...wayIn(signUp, `${origin}/v1/auth/sign-up`, suggestedPassword),
    '',
  ].join('\n');
}

function wayIn(signUp: SignUpPolicy, address: string, password: string): string[] {
  if (signUp === 'closed')
    return [
      '  Accounts    sign-up is closed; make another account with: npm run pulse -- user create <email>',
    ];
  if (signUp === 'open') return [`  Accounts    anyone may sign up: POST ${address}`];
  const body = JSON.stringify({ name: 'Ada Lovelace', email: 'ada@example.com', password });
  return [
    '  Accounts    none yet; make the first with your own name and address (the password is made up for you):',
    '',
    `curl -X POST ${address} -H 'Content-Type: application/json' -d '${body}'`,
    '',
  ];
}
