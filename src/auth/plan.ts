/** What a team may use. Set by the operator; there is no billing. */
export const Plan = { Free: 'free', Starter: 'starter', Professional: 'professional', Team: 'team' } as const;
export type Plan = (typeof Plan)[keyof typeof Plan];
