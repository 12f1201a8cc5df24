import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contextOf } from '../auth/api-request.js';
import { bodyOf } from '../http/incoming-body.js';
import { asError } from '../http/request-body.js';
import { RateLimiter } from '../limits/rate-limiter.js';
import {
  ConfirmationAnswers,
  type AddressQuestion,
  type Answer,
} from '../notifications/recipients/confirmation-answers.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { escapeHtml, FORM_PAGE_POLICY, pageOf } from './html.js';

type WithToken = FastifyRequest<{ Params: { token: string } }>;

/**
 * Serves what the link in an e-mail leads to: a page that says what is asked, and takes the answer. Looking at
 * it changes nothing, because mail scanners follow links. No callers, so not among Nest's routes; served
 * with `DOCS=off` too.
 */
export function serveConfirmations(app: NestFastifyApplication, fastify: FastifyInstance): void {
  const [answers, limits, problems] = [
    app.get(ConfirmationAnswers),
    app.get(RateLimiter),
    app.get(ProblemFilter),
  ];

  const page =
    (work: (request: WithToken, reply: FastifyReply) => Promise<string>) =>
    async (request: WithToken, reply: FastifyReply): Promise<FastifyReply> => {
      try {
        await limits.countAddress(request.client!.counted);
        const html = await work(request, reply);
        return await reply
          .header('content-security-policy', FORM_PAGE_POLICY)
          .type('text/html; charset=utf-8')
          .send(html);
      } catch (error) {
        problems.answer(problems.problemOf(error, request), request, reply);
        return reply;
      }
    };

  const take = (answer: Answer) =>
    page(async (request, reply) => {
      const { token } = request.params;
      const question = await answers.find(token);
      if (await answers.answer(token, answer, contextOf(request))) return donePage[answer](question!);
      reply.status(410);
      return endedPage;
    });

  fastify.register(async (scope) => {
    // What a form of HTML sends. It has no fields, and nothing of it is read.
    scope.addContentTypeParser('application/x-www-form-urlencoded', ({ raw }, _stream, done) => {
      bodyOf(raw).whenTaken((fault) => done(fault === null ? null : asError(fault), {}));
    });
    scope.get(
      '/confirm/:token',
      page(async (request, reply) => {
        const question = await answers.find(request.params.token);
        if (question?.isOpen) return questionPage(question, request.params.token);
        reply.status(410);
        return endedPage;
      }),
    );
    scope.post('/confirm/:token/confirm', take('confirm'));
    scope.post('/confirm/:token/decline', take('decline'));
  });
}

const strong = (text: string): string => `<strong>${escapeHtml(text)}</strong>`;

/** Addresses are relative, so that the page works at whatever path a proxy has it. `token` is of base 62. */
const questionPage = ({ address, channel, team }: AddressQuestion, token: string): string =>
  pageOf(
    'May PulseAPI write to you?',
    `<p>The team ${strong(team)} wants to send what it is told of its monitors to ${strong(address)}, by the notification channel ${strong(channel)}.</p>
<form method="post" action="${token}/confirm"><button class="first">Yes, send it to me</button></form>
<form method="post" action="${token}/decline"><button>This was not me</button></form>
<p>After "This was not me" nothing is sent, and this server does not ask you again, whoever gives it your address. What you confirmed before goes on.</p>`,
    '',
  );

const donePage: Readonly<Record<Answer, (question: AddressQuestion) => string>> = {
  confirm: ({ address, team }) =>
    pageOf(
      'Confirmed',
      `<p>From now on ${strong(address)} is told of the incidents of ${strong(team)}. You can close this page.</p>`,
      '',
    ),
  decline: ({ address }) =>
    pageOf(
      'You are not written to',
      `<p>Nothing was sent to ${strong(address)} but the question, and this server does not ask again. You can close this page.</p>`,
      '',
    ),
};

const endedPage = pageOf(
  'This link has ended',
  '<p>It was answered already, is older than 7 days, was replaced by a newer one, or was not copied whole. Whoever runs the notification channel can have another one sent.</p>',
  '',
);
