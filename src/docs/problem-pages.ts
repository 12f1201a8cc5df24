import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotFound } from '../problems/common.problems.js';
import { problemTypes, type ProblemType } from '../problems/problem.js';
import { prefersJson } from './accept.js';
import { type Edition, editionOf, REVALIDATED, sendEdition } from './edition.js';
import { escapeHtml, navigation, pageOf, prose, STATIC_PAGE_POLICY } from './html.js';
import type { Place } from './place.js';
import { exampleBody, exampleChallenge } from './problem-examples.js';

/** Serves the pages that the `type` of a problem leads to, for people and, when asked, for programs. */
export function serveProblemPages(fastify: FastifyInstance, place: Place): void {
  const show = sender(place);
  fastify.get('/problems', (request, reply) => {
    const all = [...problemTypes.values()].toSorted(byStatusAndCode);
    return show(request, reply, {
      data: () => ({ data: all.map((type) => summaryOf(type, place)), nextCursor: null }),
      page: () => listPage(all, place),
    });
  });
  fastify.get<{ Params: { code: string } }>('/problems/:code', async (request, reply) => {
    const type = problemTypes.get(request.params.code);
    if (type)
      return show(request, reply, {
        data: () => detailsOf(type, place),
        page: () => problemPage(type, place),
      });
    place.problems.answer(new NotFound('There is no problem of this name.'), request, reply);
    return reply;
  });
}

const byStatusAndCode = (a: ProblemType, b: ProblemType): number =>
  a.status - b.status || (a.code < b.code ? -1 : 1);

interface Content {
  readonly data: () => object;
  readonly page: () => string;
}

/** Sends JSON or a page, as the caller prefers. Each is made when it is first asked for. */
function sender({ problems }: Place) {
  const made = new Map<string, Promise<Edition>>();
  return async (request: FastifyRequest, reply: FastifyReply, { data, page }: Content) => {
    const isJson = prefersJson(request.headers.accept);
    if (!isJson) reply.header('content-security-policy', STATIC_PAGE_POLICY);
    const key = `${isJson} ${(request.params as { code?: string }).code ?? ''}`;
    if (!made.has(key))
      made.set(
        key,
        isJson
          ? editionOf(JSON.stringify(data()), 'application/json', REVALIDATED)
          : editionOf(page(), 'text/html; charset=utf-8', REVALIDATED),
      );
    return sendEdition({ ...(await made.get(key)!), vary: 'Accept' }, request, reply, problems);
  };
}

const addressOf = ({ code }: ProblemType, { prefix }: Place): string => `${prefix}/problems/${code}`;

const summaryOf = (type: ProblemType, place: Place) => ({
  type: addressOf(type, place),
  code: type.code,
  status: type.status,
  title: type.title,
  explanation: type.explanation,
});

const detailsOf = (type: ProblemType, place: Place) => ({
  ...summaryOf(type, place),
  challenge: exampleChallenge(type),
  example: exampleBody(type),
});

const rowOf = (type: ProblemType, place: Place): string =>
  `<tr><td>${type.status}</td><td><a href="${escapeHtml(addressOf(type, place))}"><code>${escapeHtml(type.code)}</code></a></td><td>${escapeHtml(type.title)}</td></tr>`;

const listPage = (types: readonly ProblemType[], place: Place): string =>
  pageOf(
    'Problems',
    `<p>Every failure of this API is one of these problems, as <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a> has them. Programs tell them apart by their code, which never changes.</p>
<table>
<thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">What it means</th></tr></thead>
<tbody>
${types.map((type) => rowOf(type, place)).join('\n')}
</tbody>
</table>`,
    navigation(place.prefix),
  );

function problemPage(type: ProblemType, { prefix }: Place): string {
  const challenge = exampleChallenge(type);
  const phrase = STATUS_CODES[type.status] ?? '';
  return pageOf(
    type.title,
    `<p>Code <code>${escapeHtml(type.code)}</code>, status ${type.status} ${escapeHtml(phrase)}</p>
<p>${prose(type.explanation)}</p>
${challenge === null ? '' : `<h2>Its challenge</h2>\n<pre>WWW-Authenticate: ${escapeHtml(challenge)}</pre>`}
<h2>An example</h2>
<pre>${escapeHtml(JSON.stringify(exampleBody(type), null, 2))}</pre>`,
    navigation(prefix),
  );
}
