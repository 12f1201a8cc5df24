import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Answer } from './http-client.js';

interface Media {
  readonly schema?: object;
}
interface ResponseObject {
  readonly $ref?: string;
  readonly content?: Record<string, Media>;
}
interface OperationObject {
  readonly responses: Record<string, ResponseObject>;
}
interface ApiDocument {
  readonly paths: Record<string, Record<string, OperationObject>>;
}

const file = new URL('../docs/openapi.json', import.meta.url);

/** The committed API document: what callers are told, and so what every answer is held against. */
export const apiDocument: ApiDocument = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { paths: {} };

const ajv = new Ajv2020({ strict: false, allErrors: true });
(formats as unknown as (instance: Ajv2020) => void)(ajv);
ajv.addSchema(apiDocument, 'api');

const templates = Object.keys(apiDocument.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
}));

/** The operation of the document that `path` belongs to; a path written out counts before one with parameters. */
function operationOf(method: string, path: string): { pointer: string; operation: OperationObject } | null {
  const matching = templates.filter(({ pattern }) => pattern.test(path));
  const found = matching.find(({ template }) => !template.includes('{')) ?? matching[0];
  const operation = found && apiDocument.paths[found.template]![method.toLowerCase()];
  if (!operation) return null;
  return {
    pointer: `#/paths/${found.template.replaceAll('~', '~0').replaceAll('/', '~1')}/${method.toLowerCase()}`,
    operation,
  };
}

/** Throws when `answer` has a status, a content type or a member that the document does not tell of. */
export function expectDocumented(method: string, url: string, answer: Answer): void {
  const found = operationOf(method, url.split('?', 1)[0]!);
  if (!found) return;
  const { pointer, operation } = found;
  const response = operation.responses[answer.status];
  const call = `${method} ${url} answered ${answer.status}`;
  if (!response) throw new Error(`${call}, which the API document does not tell of: ${answer.text}`);
  const at = response.$ref ?? `${pointer}/responses/${answer.status}`;
  const content = (response.$ref ? resolve(response.$ref) : response).content;
  if (answer.text === '') return;
  const type = (answer.headers['content-type'] ?? '').split(';', 1)[0]!;
  if (!content?.[type]) throw new Error(`${call} as ${type}, which the API document does not tell of`);
  const schema = `api${at}/content/${type.replaceAll('/', '~1')}/schema`;
  if (!ajv.validate({ $ref: schema }, answer.body))
    throw new Error(
      `${call} with a body the API document does not tell of: ${ajv.errorsText()}\n${answer.text}`,
    );
}

const resolve = (ref: string): ResponseObject =>
  ref
    .slice(2)
    .split('/')
    .reduce<any>((node, part) => node[part.replaceAll('~1', '/').replaceAll('~0', '~')], apiDocument);
