import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotFound } from '../problems/common.problems.js';
import type { ProblemFilter } from '../problems/problem.filter.js';
import { problemTypes, type ProblemType } from '../problems/problem.js';
import { prefersJson } from './accept.js';
import { escapeHtml, pageOf, prose, STATIC_PAGE_POLICY } from './html.js';
import { exampleBody, exampleChallenge } from './problem-examples.js';

/** Serves the pages that the `type` of a problem leads to, for people and, when asked, for programs. */
export function serveProblemPages(fastify: FastifyInstance, problems: ProblemFilter): void {
  fastify.get('/problems', (request, reply) => {
    const all = [...problemTypes.values()].toSorted(byStatusAndCode);
    return show(request, reply, { data: all.map(summaryOf), nextCursor: null }, () => listPage(all));
  });
  fastify.get<{ Params: { code: string } }>('/problems/:code', (request, reply) => {
    const type = problemTypes.get(request.params.code);
    if (type) return show(request, reply, detailsOf(type), () => problemPage(type));
    problems.answer(new NotFound('There is no problem of this name.'), request, reply);
    return reply;
  });
}

const byStatusAndCode = (a: ProblemType, b: ProblemType): number =>
  a.status - b.status || (a.code < b.code ? -1 : 1);

function show(request: FastifyRequest, reply: FastifyReply, data: object, page: () => string): FastifyReply {
  reply.header('vary', 'Accept');
  if (prefersJson(request.headers.accept)) return reply.type('application/json').send(JSON.stringify(data));
  return reply
    .header('content-security-policy', STATIC_PAGE_POLICY)
    .type('text/html; charset=utf-8')
    .send(page());
}

const addressOf = ({ code }: ProblemType): string => `/problems/${code}`;

const summaryOf = (type: ProblemType) => ({
  type: addressOf(type),
  code: type.code,
  status: type.status,
  title: type.title,
  explanation: type.explanation,
});

const detailsOf = (type: ProblemType) => ({
  ...summaryOf(type),
  challenge: exampleChallenge(type),
  example: exampleBody(type),
});

const rowOf = (type: ProblemType): string =>
  `<tr><td>${type.status}</td><td><a href="${escapeHtml(addressOf(type))}"><code>${escapeHtml(type.code)}</code></a></td><td>${escapeHtml(type.title)}</td></tr>`;

const listPage = (types: readonly ProblemType[]): string =>
  pageOf(
    'Problems',
    `<p>Every failure of this API is one of these problems, as <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a> has them. Programs tell them apart by their code, which never changes.</p>
<table>
<thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">What it means</th></tr></thead>
<tbody>
${types.map(rowOf).join('\n')}
</tbody>
</table>`,
  );

function problemPage(type: ProblemType): string {
  const challenge = exampleChallenge(type);
  const phrase = STATUS_CODES[type.status] ?? '';
  return pageOf(
    type.title,
    `<p>Code <code>${escapeHtml(type.code)}</code>, status ${type.status} ${escapeHtml(phrase)}</p>
<p>${prose(type.explanation)}</p>
${challenge === null ? '' : `<h2>Its challenge</h2>\n<pre>WWW-Authenticate: ${escapeHtml(challenge)}</pre>`}
<h2>An example</h2>
<pre>${escapeHtml(JSON.stringify(exampleBody(type), null, 2))}</pre>`,
  );
}
