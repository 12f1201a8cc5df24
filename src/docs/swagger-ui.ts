import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { PAGE_POLICY } from '../http/security-headers.js';

/** Of the package `swagger-ui-dist`, which @nestjs/swagger brings. Nothing is loaded from elsewhere. */
const files = [
  'swagger-ui.css',
  'index.css',
  'swagger-ui-bundle.js',
  'favicon-16x16.png',
  'favicon-32x32.png',
];

const packageDirectory = (): string =>
  dirname(createRequire(import.meta.resolve('@nestjs/swagger')).resolve('swagger-ui-dist/package.json'));

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>PulseAPI: the API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="stylesheet" href="/docs/index.css">
    <link rel="stylesheet" href="/docs/own.css">
    <link rel="icon" type="image/png" sizes="32x32" href="/docs/favicon-32x32.png">
    <link rel="icon" type="image/png" sizes="16x16" href="/docs/favicon-16x16.png">
  </head>
  <body>
    <main id="swagger-ui"></main>
    <noscript>This page needs JavaScript. The <a href="/openapi.json">API document</a> does not.</noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
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
 */
const startScript = `const isFailure = (code) => /^[45]/.test(code);

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

const OwnServer = () => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (update) => (spec) => {
          const url = new URL('.', window.location.href).href.replace(/\\/$/, '');
          return update({ ...spec, servers: [{ url, description: 'This server' }] });
        },
      },
    },
  },
});

const isSignIn = (operation) => /\\/sign-(in|up)$/.test(operation.get('path'));

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  filter: true,
  operationsSorter: (a, b) => isSignIn(b) - isSignIn(a),
  persistAuthorization: true,
  plugins: [FoldedFailures, OwnServer],
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

/** Serves Swagger UI at `/docs`. It calls the server it comes from, and no other. */
export function serveSwaggerUi(fastify: FastifyInstance): void {
  fastify.register(fastifyStatic, { root: packageDirectory(), serve: false });
  for (const file of files) fastify.get(`/docs/${file}`, (_request, reply) => reply.sendFile(file));
  fastify.get('/docs/own.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(ownStyle));
  fastify.get('/docs/start.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(startScript),
  );
  fastify.get('/docs', (_request, reply) =>
    reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(page),
  );
}
