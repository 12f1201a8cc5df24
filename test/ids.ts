import { type IdPrefix, newId } from '../src/common/id.js';
import { resolve } from '../src/docs/openapi.js';
import type { Answer } from './http-client.js';
import { type Operation, schemas } from './operations.js';
import type { Scene } from './scene.js';

const ID = /^([a-z]+)_[0-9a-z]{26}$/;

/** `request` with each id in it replaced. */
export const withIds = <T extends object | undefined>(request: T, replace: (id: string) => string): T =>
  request && JSON.parse(JSON.stringify(request), (_, value) => (ID.test(value) ? replace(value) : value));

/** An id that nothing has, of the same kind as `id`. */
export const unusedLike = (id: string): string => newId(ID.exec(id)![1] as IdPrefix);

/** The id of a thing of `scene` that has ids of this kind. */
export const idOf = (
  { owner, key, projectId, monitorId, ruleId, channelId, secondTeamId }: Scene,
  prefix: string,
): string =>
  [owner.id, key.id, projectId, monitorId, ruleId, channelId, secondTeamId].find((id) =>
    id.startsWith(`${prefix}_`),
  )!;

/** What an answer says, whatever it is about. */
export function withoutIds({ status, body }: Answer): object {
  const { requestId: _, ...rest } = body;
  return { status, text: JSON.stringify(rest).replaceAll(/[a-z]+_[0-9a-z]{26}/g, '<id>') };
}

/** An id that an operation takes. */
export interface IdInput extends Operation {
  readonly name: string;
  readonly part: 'body' | 'query';
  /** What the id begins with. */
  readonly prefix: string;
  readonly isList: boolean;
}

/** The members of the body and the parameters of the query that hold an id, as their examples show. */
export function idInputs(operation: Operation): IdInput[] {
  const schema = operation.body ? resolve(operation.body, schemas) : {};
  const members = Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    part: 'body' as const,
    property,
  }));
  const parameters = operation.parameters.flatMap((parameter) =>
    parameter.in === 'query'
      ? [{ name: parameter.name, part: 'query' as const, property: parameter.schema }]
      : [],
  );
  return [...members, ...parameters].flatMap(({ name, part, property }) => {
    const [example] = property.examples ?? [];
    const prefix = ID.exec(String(example))?.[1];
    return prefix ? [{ ...operation, name, part, prefix, isList: Array.isArray(example) }] : [];
  });
}
