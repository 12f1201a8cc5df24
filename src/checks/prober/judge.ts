import type { Exchange, InboundResponse } from '../../egress/exchange.js';
import { checkErrorSentences } from '../check-errors.js';
import type { CheckError, Finding, Probe } from '../probe.js';
import { brokenAssertion, type Evidence } from './broken-assertion.js';
import { excerptOf } from './excerpt.js';
import { MATCH_BUDGET_MS, MatchTooSlow, Patterns } from './patterns.js';
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

/** What `exchange` tells of the target that `probe` checks: whether all is as expected, or the first thing that is not. */
export function judge(probe: Probe, exchange: Exchange, patterns = shared): Finding {
  const { response, phases, address, certificate } = exchange;
  let made: Redaction | undefined;
  const redaction = () => (made ??= new Redaction(probe));
  const fault = response ? faultIn(probe, response, { phases, patterns, redaction }) : failureOf(exchange);
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

const failureOf = ({ failure, detail, isOwnTrouble }: Exchange): Fault =>
  faultOf(failure!, detail ?? checkErrorSentences[failure!], isOwnTrouble);

function faultIn(
  { expectedStatus, assertions }: Probe,
  response: InboundResponse,
  means: Pick<Evidence, 'phases' | 'patterns' | 'redaction'>,
): Fault | null {
  const { statusCode } = response;
  if (statusCode !== expectedStatus)
    return faultOf('unexpected-status', `The status is ${statusCode} and not ${expectedStatus}.`);
  const view = new ResponseView(response);
  return firstBroken(assertions, { ...means, view, budget: { leftMs: MATCH_BUDGET_MS } });
}

function firstBroken(assertions: Probe['assertions'], evidence: Evidence): Fault | null {
  for (const [index, assertion] of assertions.entries()) {
    try {
      const broken = brokenAssertion(assertion, evidence);
      if (broken !== null) return faultOf('assertion-failed', `assertions[${index}]: ${broken}`);
    } catch (error) {
      if (error instanceof MatchTooSlow) return tooSlow(index, evidence);
      throw error;
    }
  }
  return null;
}

/** Nobody knows then whether the assertion holds. */
const tooSlow = (index: number, { view }: Evidence): Fault =>
  faultOf(
    'assertion-failed',
    `assertions[${index}]: the regular expressions of this monitor take longer than ${MATCH_BUDGET_MS} ms for the ${view.response.body.length} bytes of the body, and so it was not judged. Make them simpler.`,
    true,
  );
