import { ApiProperty } from '@nestjs/swagger';
import type { DryRun } from './dry-run.js';

/** What a rule makes of one monitor as it was last seen. */
export class AlertRuleTrialDto {
  /** @example "mon_01jd8x0000e3vb6qk4mzt5w7ya" */
  monitorId: string;
  /** @example "Checkout API" */
  monitorName: string;
  /** What the rule looks at, in the unit of its value; null where there is none, as without a response. */
  @ApiProperty({ type: Number, nullable: true, example: 2_512.4 })
  value: number | null;
  /** Whether as many checks like the last one as the rule asks for begin an incident, cooldown and maintenance aside; null where it cannot be told. */
  @ApiProperty({ type: Boolean, nullable: true, example: true })
  wouldFire: boolean | null;
  /**
   * What was seen.
   * @example "The last response took 2512.4 ms."
   */
  explanation: string;
}

export class AlertRuleTestDto {
  /** Every monitor the rule is over, oldest first. */
  monitors: AlertRuleTrialDto[];

  static of(trials: readonly DryRun[]): AlertRuleTestDto {
    const monitors = trials.map((trial) => Object.assign(new AlertRuleTrialDto(), trial));
    return Object.assign(new AlertRuleTestDto(), { monitors });
  }
}
