import { type Call, calls } from './calls.js';
import type { Answer, HttpClient } from './http-client.js';
import { fill, type Operation } from './operations.js';
import type { Scene } from './scene.js';

/** How to call `operation`. Throws where nobody has said so yet. */
export function callOf({ id }: Operation): Call {
  const call = calls[id];
  if (!call) throw new Error(`test/calls.ts does not say how to call ${id}`);
  return call;
}

/** What one call is made of. */
export interface Request {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: object | undefined;
}

/** What `operation` is called with to do something to the things of `scene`. */
export function requestFor(operation: Operation, scene: Scene): Request {
  const { path, query, body } = callOf(operation);
  return { path: path?.(scene) ?? {}, query: query?.(scene) ?? {}, body: body?.(scene) };
}

export function send(operation: Operation, api: HttpClient, { path, query, body }: Request): Promise<Answer> {
  const search = new URLSearchParams(query).toString();
  return api.send(operation.method, fill(operation.path, path) + (search && `?${search}`), body);
}

/** Calls `operation` on the things of `scene`, so that it succeeds where the caller may. */
export function perform(operation: Operation, scene: Scene, caller?: HttpClient): Promise<Answer> {
  const api = caller ?? callOf(operation).as?.(scene) ?? scene.owner.api;
  return send(operation, api, requestFor(operation, scene));
}
