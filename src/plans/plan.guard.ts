import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { PlanRequired } from '../auth/auth.problems.js';
import type { ApiRequest } from '../auth/api-request.js';
import { demand } from '../auth/authority.js';
import type { Plan } from '../auth/plan.js';
import { type PlanLimits, planLimits, smallestPlan } from './plan-limits.js';

/** Lets API keys through only while the plan of their team includes API access. */
@Injectable()
export class PlanGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    if (request.user && request.user.keyId !== null)
      demand(request, ({ plan }) => requirePlan(plan, ({ apiAccess }) => apiAccess, 'API keys'));
    return true;
  }
}

/** Throws `PlanRequired` when `plan` does not include what `includes` asks for. */
export function requirePlan(plan: Plan, includes: (limits: PlanLimits) => boolean, what: string): void {
  if (includes(planLimits[plan])) return;
  const requiredPlan = smallestPlan(includes);
  throw new PlanRequired(`${what} need the plan ${requiredPlan} or a higher one; the team has ${plan}.`, {
    plan,
    requiredPlan,
  });
}
