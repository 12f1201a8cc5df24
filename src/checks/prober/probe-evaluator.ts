import type { HttpExchange, InboundResponse } from '../../egress/exchange.js';
import { checkErrorSentences } from '../result/check-errors.js';
import type { CheckError, ProbeResult, ProbeRequest } from '../result/probe-result.js';
import { evaluateAssertions, type AssertionContext } from './assertion-evaluator.js';
import { excerptOf } from './excerpt.js';
import { EVALUATION_MS, EvaluationBudget, mayTakeLong, type SizeOf } from './evaluation-budget.js';
import { RegexCache } from './regex-cache.js';
import { Redaction } from './redaction.js';
import { ResponseView } from './response-view.js';
import { shorten } from './text.js';

const MAX_DETAIL = 500;

interface Fault {
  readonly error: CheckError;
  readonly detail: string;
  readonly isInternalError: boolean;
}

const faultOf = (error: CheckError, detail: string, isInternalError = false): Fault => ({
  error,
  detail: shorten(detail, MAX_DETAIL),
  isInternalError,
});

/** Compiled expressions of this thread. */
const shared = new RegexCache();

/** What goes wrong when this thread has no time for it, as well as when the target has none. */
const NEEDING_TIME: ReadonlySet<CheckError> = new Set([
  'timeout',
  'connection-reset',
  'dns-failed',
  'tls-failed',
]);

/** A thread that stood still for longer than this, and for more than this share of a check, may have spoiled it. */
const STALL_MS = 250;
const STALL_SHARE = 0.1;

/**
 * What `exchange` tells of the target that `probe` checks: whether all is as expected, or the first thing
 * that is not. `stalledMs`: for how much of the exchange this thread did nothing.
 */
export function evaluateProbe(
  probe: ProbeRequest,
  exchange: HttpExchange,
  stalledMs = 0,
  regexes = shared,
): ProbeResult {
  const { response, phases } = exchange;
  const isLate = stalledMs > Math.max(STALL_MS, (phases.total / 1_000) * STALL_SHARE);
  let made: Redaction | undefined;
  const redaction = () => (made ??= new Redaction(probe));
  const fault = response
    ? faultIn(probe, response, { phases, isLate, regexes, redaction })
    : failureOf(exchange, isLate);
  return findingOf(exchange, fault, redaction);
}

/** Whether judging may take longer than some milliseconds: see `mayTakeLong`. */
export const isExpensive = (
  { expectedStatus, assertions }: ProbeRequest,
  { response }: HttpExchange,
  sizeOf: SizeOf,
): boolean =>
  response !== null &&
  response.statusCode === expectedStatus &&
  mayTakeLong(assertions, response.body.length, sizeOf);

/** The finding where judging took more memory than there is. */
export const beyondMemory = ({
  probe,
  exchange,
}: {
  probe: ProbeRequest;
  exchange: HttpExchange;
}): ProbeResult =>
  findingOf(
    exchange,
    faultOf(
      'assertion-failed',
      `The assertions could not be evaluated in the memory there is for them; the body has ${exchange.response?.body.length ?? 0} bytes. Make them simpler.`,
    ),
    () => new Redaction(probe),
  );

function findingOf(exchange: HttpExchange, fault: Fault | null, redaction: () => Redaction): ProbeResult {
  const { response, phases, address, certificate, bodyBytes } = exchange;
  return {
    ok: fault === null,
    error: fault?.error ?? null,
    detail: fault?.detail ?? null,
    isInternalError: fault?.isInternalError ?? false,
    statusCode: response?.statusCode ?? null,
    phases,
    bodyBytes,
    certificateExpiresAt: certificate?.expiresAt ?? null,
    address,
    excerpt: fault && response ? excerptOf(response, redaction()) : null,
  };
}

function failureOf({ failure, detail, isInternalError }: HttpExchange, isLate: boolean): Fault {
  const error = failure!;
  const isSpoiled = isLate && NEEDING_TIME.has(error);
  return faultOf(error, detail ?? checkErrorSentences[error], isInternalError || isSpoiled);
}

type Means = Pick<AssertionContext, 'phases' | 'regexes' | 'redaction'> & { readonly isLate: boolean };

function faultIn(
  { expectedStatus, assertions }: ProbeRequest,
  response: InboundResponse,
  { isLate, ...means }: Means,
): Fault | null {
  const { statusCode } = response;
  if (statusCode !== expectedStatus)
    return faultOf('unexpected-status', `The status is ${statusCode} and not ${expectedStatus}.`);
  const budget = new EvaluationBudget(assertions, response.body.length, means.regexes);
  let at = 0;
  const judged = budget.spend(() => {
    const evidence = { ...means, view: new ResponseView(response) };
    for (const [index, assertion] of assertions.entries()) {
      at = index;
      const broken = evaluateAssertions(assertion, evidence);
      const isSpoiled = isLate && assertion.type === 'response-time';
      if (broken !== null) return faultOf('assertion-failed', `assertions[${index}]: ${broken}`, isSpoiled);
    }
    return null;
  });
  return judged === 'too-slow' ? tooSlow(at, response, budget.isDoubtful) : judged;
}

/** Nobody knows then whether the assertion holds, and it does not until it is shown to. */
const tooSlow = (index: number, { body }: InboundResponse, isInternalError: boolean): Fault =>
  faultOf(
    'assertion-failed',
    `assertions[${index}]: could not be evaluated within ${EVALUATION_MS} ms, which is for all assertions of a monitor together; the body has ${body.length} bytes. Make the regular expressions simpler.`,
    isInternalError,
  );
