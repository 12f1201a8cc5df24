import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Config } from '../config/config.js';
import { bearerScheme, info, tags } from './document-info.js';
import { requestHeaders, responseHeaders } from './headers.js';
import { namedSchemas } from './named-values.js';
import type { ApiDocument, Components, Operation, Parameter, Schema } from './openapi.js';
import { complete } from './operations.js';
import { describePathParameter } from './path-parameters.js';
import { problemExamples, problemSchemas } from './problem-responses.js';
import { routeKey, routesOf } from './routes.js';
import { readerName, refined } from './schemas.js';
import { shareResponses } from './shared-responses.js';
import { sorted, withoutUnused } from './tidy.js';
import { addValidatorFacts } from './validator-facts.js';
import { webhooks } from './webhooks.js';

const OPENAPI_VERSION = '3.1.1';

/** The API document: an OpenAPI description of every route of `app`, derived from the routes and DTOs themselves. */
export function apiDocument(app: INestApplication): ApiDocument {
  const { publicUrl } = app.get(Config);
  const scanned = scan(app);
  addValidatorFacts(scanned.components.schemas);
  const schemas = { ...schemasOf(scanned.components.schemas), ...namedSchemas(), ...problemSchemas };
  const paths = describePaths(completePaths(app, scanned.paths, schemas), schemas);
  const used = new Set(operationsOf(paths).flatMap((operation) => operation.tags));
  const document: ApiDocument = {
    openapi: OPENAPI_VERSION,
    info,
    servers: [{ url: publicUrl ?? '/', description: 'This server' }],
    tags: tags.filter(({ name }) => used.has(name)),
    paths,
    webhooks: webhooks(),
    components: {
      securitySchemes: { bearer: bearerScheme },
      schemas,
      parameters: requestHeaders,
      responses: {},
      headers: responseHeaders as Components['headers'],
      examples: problemExamples(),
    },
  };
  requireUniqueNames(operationsOf(paths));
  return sorted(withoutUnused(shareResponses(document)));
}

/** What Nest finds out by itself. Operations are named by their `routeKey`. */
const scan = (app: INestApplication): ApiDocument =>
  SwaggerModule.createDocument(app, new DocumentBuilder().setOpenAPIVersion(OPENAPI_VERSION).build(), {
    operationIdFactory: routeKey,
  }) as unknown as ApiDocument;

const schemasOf = (scanned: Readonly<Record<string, Schema>>): Record<string, Schema> =>
  Object.fromEntries(Object.entries(scanned).map(([name, schema]) => [readerName(name), refined(schema)]));

const operationsOf = (paths: ApiDocument['paths']): Operation[] =>
  Object.values(paths).flatMap(Object.values);

function completePaths(
  app: INestApplication,
  paths: ApiDocument['paths'],
  schemas: Readonly<Record<string, Schema>>,
): ApiDocument['paths'] {
  const routes = routesOf(app);
  return mapOperations(paths, (operation, method) =>
    complete(operation, method, routes.get(operation.operationId)!, schemas),
  );
}

const describePaths = (
  paths: ApiDocument['paths'],
  schemas: Readonly<Record<string, Schema>>,
): ApiDocument['paths'] =>
  mapOperations(paths, (operation, _, path) => ({
    ...operation,
    parameters: operation.parameters.map((parameter) =>
      (parameter as Parameter).in === 'path'
        ? describePathParameter(parameter as Parameter, path, paths, schemas)
        : parameter,
    ),
  }));

const mapOperations = (
  paths: ApiDocument['paths'],
  change: (operation: Operation, method: string, path: string) => Operation,
): ApiDocument['paths'] =>
  Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item).map(([method, operation]) => [method, change(operation, method, path)]),
      ),
    ]),
  );

function requireUniqueNames(operations: readonly Operation[]): void {
  const names = operations.map(({ operationId }) => operationId);
  const repeated = names.filter((name, index) => names.indexOf(name) < index);
  if (repeated.length > 0) throw new Error(`Two operations of the API are called ${repeated.join(', ')}`);
}
