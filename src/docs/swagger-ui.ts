import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { PAGE_POLICY } from '../http/security-headers.js';
import { NotFound } from '../problems/common.problems.js';
import { PASSWORD_PLACEHOLDER } from './examples.js';
import { digestOf, type Edition, editionOf, FOREVER, REVALIDATED, sendEdition } from './edition.js';
import type { Place } from './place.js';

const ASSETS = '/docs/assets';

/** Of the package `swagger-ui-dist`, which @nestjs/swagger brings. Nothing is loaded from elsewhere. */
const files = [
  'swagger-ui.css',
  'index.css',
  'swagger-ui-bundle.js',
  'favicon-16x16.png',
  'favicon-32x32.png',
];

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
};

const packageDirectory = (): string =>
  dirname(createRequire(import.meta.resolve('@nestjs/swagger')).resolve('swagger-ui-dist/package.json'));

const pageWith = (addressOf: (file: string) => string, prefix: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>PulseAPI: the API</title>
    <link rel="stylesheet" href="${addressOf('swagger-ui.css')}">
    <link rel="stylesheet" href="${addressOf('index.css')}">
    <link rel="stylesheet" href="${addressOf('own.css')}">
    <link rel="icon" type="image/png" sizes="32x32" href="${addressOf('favicon-32x32.png')}">
    <link rel="icon" type="image/png" sizes="16x16" href="${addressOf('favicon-16x16.png')}">
  </head>
  <body>
    <main id="swagger-ui"></main>
    <noscript>This page needs JavaScript. The <a href="${prefix}/openapi.json">API document</a> does not.</noscript>
    <script src="${addressOf('swagger-ui-bundle.js')}"></script>
    <script src="${addressOf('start.js')}"></script>
  </body>
</html>
`;

/** What there is of links is never anything, and takes the room that answers need on a phone. */
const ownStyle = `.response-col_links { display: none; }
.swagger-ui .opblock-body { overflow-x: auto; }
.swagger-ui .response-col_description { padding-right: 0; }
`;

/**
 * A file of its own, because the policy of the page lets no script in it run. No validator: it is on another
 * server. Answers to failures are folded, because each operation has a dozen of them; and the page calls the
 * server it comes from, whatever address the document names.
 *
 * Passwords that are printed are refused. So the page makes up two when it is loaded, and shows them where the document
 * has its placeholder: one to sign up and in with, and one to change it to.
 */
const startScript = (prefix: string) => `const isFailure = (code) => /^[45]/.test(code);

const FoldedFailures = ({ React }) => ({
  wrapComponents: {
    responses: (Responses) => (props) => {
      const [isOpen, setOpen] = React.useState(false);
      const failures = [...props.responses.keys()].filter(isFailure);
      const shown = isOpen ? props.responses : props.responses.filter((_, code) => !isFailure(code));
      const label = (isOpen ? 'Hide' : 'Show') + ' the answers to failures: ' + failures.join(', ');
      const toggle = { className: 'btn', type: 'button', onClick: () => setOpen(!isOpen) };
      return React.createElement(
        'div',
        null,
        React.createElement(Responses, { ...props, responses: shown }),
        failures.length > 0 &&
          React.createElement(
            'div',
            { className: 'opblock-section-header' },
            React.createElement('button', toggle, label),
          ),
      );
    },
  },
});

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const group = () => Array.from(crypto.getRandomValues(new Uint32Array(5)), (n) => ALPHABET[n % ALPHABET.length]);
const madeUp = () => Array.from({ length: 4 }, () => group().join('')).join('-');
const password = madeUp();
const newPassword = madeUp();

const withPasswords = (spec) =>
  JSON.parse(JSON.stringify(spec), (member, value) => {
    if (value !== '${PASSWORD_PLACEHOLDER}') return value;
    return member === 'newPassword' ? newPassword : password;
  });

const OwnDocument = () => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (update) => (spec) => {
          const url = new URL('.', window.location.href).href.replace(/\\/$/, '');
          return update({ ...withPasswords(spec), servers: [{ url, description: 'This server' }] });
        },
      },
    },
  },
});

const first = ['/v1/auth/sign-up', '/v1/auth/sign-in'];
const rankOf = (operation) => (first.indexOf(operation.get('path')) + 1 || first.length + 1);

SwaggerUIBundle({
  url: '${prefix}/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  filter: true,
  operationsSorter: (a, b) => rankOf(a) - rankOf(b),
  persistAuthorization: true,
  plugins: [FoldedFailures, OwnDocument],
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

interface Assets {
  readonly page: Edition;
  readonly files: ReadonlyMap<string, Edition>;
}

/** Under addresses with a digest of the file, so that browsers keep each one for ever. */
async function assetsUnder(prefix: string): Promise<Assets> {
  const read = files.map(async (name) => [name, await readFile(join(packageDirectory(), name))] as const);
  const contents = [
    ...(await Promise.all(read)),
    ['own.css', Buffer.from(ownStyle)] as const,
    ['start.js', Buffer.from(startScript(prefix))] as const,
  ];
  const addresses = new Map(
    contents.map(([name, content]) => [name, `${ASSETS}/${digestOf(content)}/${name}`]),
  );
  const editions = contents.map(async ([name, content]) => {
    const edition = await editionOf(content, types[extname(name)]!, FOREVER);
    return [addresses.get(name)!, edition] as const;
  });
  const html = pageWith((name) => prefix + addresses.get(name)!, prefix);
  return {
    page: await editionOf(html, 'text/html; charset=utf-8', REVALIDATED),
    files: new Map(await Promise.all(editions)),
  };
}

/** Serves Swagger UI at `/docs`. It calls the server it comes from, and no other. Read when it is first asked for. */
export function serveSwaggerUi(fastify: FastifyInstance, { prefix, problems }: Place): void {
  let read: Promise<Assets> | undefined;
  const assets = () => (read ??= assetsUnder(prefix));
  fastify.get('/docs', async (request, reply) => {
    reply.header('content-security-policy', PAGE_POLICY);
    return sendEdition((await assets()).page, request, reply, problems);
  });
  fastify.get(`${ASSETS}/:digest/:file`, async (request, reply) => {
    const file = (await assets()).files.get(request.url.split('?', 1)[0]!);
    if (file) return sendEdition(file, request, reply, problems);
    problems.answer(new NotFound('There is nothing at this address.'), request, reply);
    return reply;
  });
}
