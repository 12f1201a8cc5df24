/** The share of checks that were ok, in thousandths of a percent; null without checks. All of them only where none failed. */
export const uptimeOf = (ok: number, failed: number): number | null =>
  ok + failed === 0 ? null : Math.floor((100_000 * ok) / (ok + failed));
