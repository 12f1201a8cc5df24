import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesRepresentation, namesExactly } from '../common/etag.js';
import { PreconditionFailed } from '../problems/common.problems.js';
import type { ProblemFilter } from '../problems/problem.filter.js';
import { preferredCoding } from './accept.js';

/** What is the same for everybody, held in memory as it is sent. */
export interface Edition {
  readonly type: string;
  readonly cacheControl: string;
  /** The header of requests that it depends on, beside `Accept-Encoding`. */
  readonly vary?: string;
  readonly digest: string;
  /** The bytes in each coding; `identity` always. */
  readonly codings: Readonly<Record<string, Buffer>>;
}

/** For what has its digest in its address: another content has another address. */
export const FOREVER = 'public, max-age=31536000, immutable';
/** For what keeps its address: it is asked for again, and mostly answered 304. */
export const REVALIDATED = 'no-cache';

/** Less than a packet: compressing it gains nothing. */
const SMALL = 1_024;
/** Of 11. The next ones take ten times as long for a tenth less. */
const BROTLI_QUALITY = 5;

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

export const digestOf = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('base64url').slice(0, 22);

/** Compressed once, in Node's threads; images are compressed already. */
export async function editionOf(
  content: string | Buffer,
  type: string,
  cacheControl: string,
): Promise<Edition> {
  const identity = Buffer.from(content);
  const isWorth = identity.length >= SMALL && !type.startsWith('image/');
  const codings = isWorth ? { ...(await compressed(identity)), identity } : { identity };
  return { type, cacheControl, digest: digestOf(identity), codings };
}

/** The better coding first. */
async function compressed(bytes: Buffer): Promise<Record<string, Buffer>> {
  const [br, gzipped] = await Promise.all([
    brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
    deflate(bytes),
  ]);
  return { br, gzip: gzipped };
}

const codingFor = ({ codings }: Edition, accept: string | undefined): string =>
  preferredCoding(
    accept,
    Object.keys(codings).filter((coding) => coding !== 'identity'),
  ) ?? 'identity';

/** Sends an edition, or 304 to who has it. Each coding has a tag of its own, as they are not the same bytes. */
export function sendEdition(
  edition: Edition,
  request: FastifyRequest,
  reply: FastifyReply,
  problems: ProblemFilter,
): FastifyReply {
  const coding = codingFor(edition, request.headers['accept-encoding']);
  const tag = `"${edition.digest}${coding === 'identity' ? '' : `-${coding}`}"`;
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
  if (ifMatch !== undefined && !namesExactly(ifMatch, tag)) {
    problems.answer(new PreconditionFailed('This file has another entity tag.'), request, reply);
    return reply;
  }
  reply.header('etag', tag).header('cache-control', edition.cacheControl);
  reply.header('vary', [edition.vary, 'Accept-Encoding'].filter(Boolean).join(', '));
  if (ifNoneMatch !== undefined && matchesRepresentation(ifNoneMatch, tag)) return reply.status(304).send();
  if (coding !== 'identity') reply.header('content-encoding', coding);
  return reply.type(edition.type).send(edition.codings[coding]);
}
