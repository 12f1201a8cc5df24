import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { matchesRepresentation } from '../common/etag.js';
import type { Page } from './pages.js';
import { Location, Tagged } from './representation.js';
import { tagOf } from './resource.js';

type Body = (Partial<Page<unknown>> & { readonly id?: string }) | null | undefined;

/** Adds what an answer's headers say of its body: `ETag`, `Location` and the `Link` to the next page. */
@Injectable()
export class ResponseHeadersInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const handler = context.getHandler();
    return next.handle().pipe(
      map((body: Body) => {
        const request = http.getRequest<FastifyRequest>();
        const reply = http.getResponse<FastifyReply>();
        if (body?.nextCursor) link(body.nextCursor, request, reply);
        const location = this.reflector.get(Location, handler);
        if (location !== undefined) reply.header('location', location.replace('{id}', String(body?.id)));
        return body && this.reflector.get(Tagged, handler) ? tag(body, request, reply) : body;
      }),
    );
  }
}

/** Answers 304 to a caller that has the resource already (RFC 9110, 13.1.2). */
function tag(resource: object, request: FastifyRequest, reply: FastifyReply): object | undefined {
  const entityTag = tagOf(resource);
  reply.header('etag', entityTag);
  const known = request.headers['if-none-match'];
  if (request.method !== 'GET' || known === undefined || !matchesRepresentation(known, entityTag))
    return resource;
  reply.status(304);
  return undefined;
}

/** Says in a `Link` header (RFC 8288) what `nextCursor` says in the body. */
function link(cursor: string, request: FastifyRequest, reply: FastifyReply): void {
  const [path, query] = request.url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  reply.header('link', `<${path}?${parameters}>; rel="next"`);
}
