import type { Exchange, InboundResponse } from '../../egress/exchange.js';
import { checkErrorSentences } from '../result/check-errors.js';
import type { CheckError, Finding, Probe } from '../result/probe-result.js';
import { brokenAssertion, type Evidence } from './assertion-evaluator.js';
import { excerptOf } from './excerpt.js';
import { JUDGING_MS, JudgingBudget, mayTakeLong, type SizeOf } from './evaluation-budget.js';
import { Patterns } from './regex-cache.js';
import { Redaction } from './redaction.js';
import { ResponseView } from './response-view.js';
import { shorten } from './text.js';

const MAX_DETAIL = 500;

interface Fault {
  readonly error: CheckError;
  readonly detail: string;
  readonly isOwnTrouble: boolean;
}

const faultOf = (error: CheckError, detail: string, isOwnTrouble = false): Fault => ({
  error,
  detail: shorten(detail, MAX_DETAIL),
  isOwnTrouble,
});

/** Compiled expressions of this thread. */
const shared = new Patterns();

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
export function judge(probe: Probe, exchange: Exchange, stalledMs = 0, patterns = shared): Finding {
  const { response, phases } = exchange;
  const isLate = stalledMs > Math.max(STALL_MS, (phases.total / 1_000) * STALL_SHARE);
  let made: Redaction | undefined;
  const redaction = () => (made ??= new Redaction(probe));
  const fault = response
    ? faultIn(probe, response, { phases, isLate, patterns, redaction })
    : failureOf(exchange, isLate);
  return findingOf(exchange, fault, redaction);
}

/** Whether judging may take longer than some milliseconds: see `mayTakeLong`. */
export const isCostly = (
  { expectedStatus, assertions }: Probe,
  { response }: Exchange,
  sizeOf: SizeOf,
): boolean =>
  response !== null &&
  response.statusCode === expectedStatus &&
  mayTakeLong(assertions, response.body.length, sizeOf);

/** The finding where judging took more memory than there is. */
export const beyondMemory = ({ probe, exchange }: { probe: Probe; exchange: Exchange }): Finding =>
  findingOf(
    exchange,
    faultOf(
      'assertion-failed',
      `The assertions could not be evaluated in the memory there is for them; the body has ${exchange.response?.body.length ?? 0} bytes. Make them simpler.`,
    ),
    () => new Redaction(probe),
  );

function findingOf(exchange: Exchange, fault: Fault | null, redaction: () => Redaction): Finding {
  const { response, phases, address, certificate } = exchange;
  return {
    ok: fault === null,
    error: fault?.error ?? null,
    detail: fault?.detail ?? null,
    isOwnTrouble: fault?.isOwnTrouble ?? false,
    statusCode: response?.statusCode ?? null,
    phases,
    bodyBytes: response?.body.length ?? 0,
    certificateExpiresAt: certificate?.expiresAt ?? null,
    address,
    excerpt: fault && response ? excerptOf(response, redaction()) : null,
  };
}

function failureOf({ failure, detail, isOwnTrouble }: Exchange, isLate: boolean): Fault {
  const error = failure!;
  const isSpoiled = isLate && NEEDING_TIME.has(error);
  return faultOf(error, detail ?? checkErrorSentences[error], isOwnTrouble || isSpoiled);
}

type Means = Pick<Evidence, 'phases' | 'patterns' | 'redaction'> & { readonly isLate: boolean };

function faultIn(
  { expectedStatus, assertions }: Probe,
  response: InboundResponse,
  { isLate, ...means }: Means,
): Fault | null {
  const { statusCode } = response;
  if (statusCode !== expectedStatus)
    return faultOf('unexpected-status', `The status is ${statusCode} and not ${expectedStatus}.`);
  const budget = new JudgingBudget(assertions, response.body.length, means.patterns);
  let at = 0;
  const judged = budget.spend(() => {
    const evidence = { ...means, view: new ResponseView(response) };
    for (const [index, assertion] of assertions.entries()) {
      at = index;
      const broken = brokenAssertion(assertion, evidence);
      const isSpoiled = isLate && assertion.type === 'response-time';
      if (broken !== null) return faultOf('assertion-failed', `assertions[${index}]: ${broken}`, isSpoiled);
    }
    return null;
  });
  return judged === 'too-slow' ? tooSlow(at, response, budget.isDoubtful) : judged;
}

/** Nobody knows then whether the assertion holds, and it does not until it is shown to. */
const tooSlow = (index: number, { body }: InboundResponse, isOwnTrouble: boolean): Fault =>
  faultOf(
    'assertion-failed',
    `assertions[${index}]: could not be evaluated within ${JUDGING_MS} ms, which is for all assertions of a monitor together; the body has ${body.length} bytes. Make the regular expressions simpler.`,
    isOwnTrouble,
  );
