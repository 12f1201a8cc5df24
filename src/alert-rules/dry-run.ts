import type { RuleInput } from '../checks/result/rule-input.js';
import type { NamedMonitor } from '../monitors/monitors.repository.js';
import type { Condition } from './condition.js';
import { LEAST_CHECKS, matches, measure } from './evaluation.js';

/** What a rule makes of a monitor as it was last seen. */
export interface DryRun {
  readonly monitorId: string;
  readonly monitorName: string;
  /** In the unit of the rule's value; null where there is none. */
  readonly value: number | null;
  /** Null where it cannot be told. */
  readonly wouldFire: boolean | null;
  /** For people: what was seen, in a sentence. */
  readonly explanation: string;
}

/** Holds the last readings of `monitors` against `condition`. */
export const dryRun = (
  condition: Condition,
  monitors: readonly NamedMonitor[],
  readings: ReadonlyMap<string, RuleInput>,
): DryRun[] =>
  monitors.map(({ id, name }) => {
    const reading = readings.get(id);
    const about = { monitorId: id, monitorName: name };
    return reading
      ? { ...about, ...judged(condition, reading) }
      : { ...about, value: null, wouldFire: null, explanation: 'It has not been checked yet.' };
  });

function judged(condition: Condition, reading: RuleInput): Omit<DryRun, 'monitorId' | 'monitorName'> {
  const wouldFire = matches(condition, reading);
  if (reading.verdict === 'inconclusive')
    return {
      value: null,
      wouldFire,
      explanation: 'The last check was inconclusive: this server itself was unwell.',
    };
  const measured = measure(condition, reading);
  const value = measured === null || !Number.isFinite(measured) ? null : rounded(measured);
  return { value, wouldFire, explanation: explain(condition, reading, value) };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

function explain({ condition, window }: Condition, reading: RuleInput, value: number | null): string {
  const noResponse = `There was no response: ${reading.error ?? 'unknown'}.`;
  switch (condition) {
    case 'status-code':
      return value === null ? noResponse : `The last response had the status ${value}.`;
    case 'response-time':
      return value === null ? noResponse : `The last response took ${value} ms.`;
    case 'uptime': {
      const checks = reading.uptime[window!]?.checks ?? 0;
      return value === null
        ? `There were ${checks} checks in ${window}; ${LEAST_CHECKS} are needed.`
        : `In ${window} it was up for ${value} % of the time observed, by ${checks} checks.`;
    }
    case 'certificate-expiry':
      if (value === null) return 'No certificate was seen.';
      return value < 0
        ? `The certificate ended ${-value} days ago.`
        : `The certificate ends in ${value} days.`;
    case 'check-failed':
      return reading.verdict === 'ok' ? 'The last check was ok.' : `The last check failed: ${reading.error}.`;
  }
}
