/** A condition on table `t`, and the values of its `?`. */
export type Condition = readonly [sql: string, ...values: unknown[]];

/** That all of `conditions` hold. */
export const allOf = (conditions: readonly Condition[]): { where: string; values: unknown[] } => ({
  where: conditions.map(([sql]) => sql).join(' AND '),
  values: conditions.flatMap(([, ...values]) => values),
});
