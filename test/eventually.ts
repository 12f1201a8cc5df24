import { setTimeout as wait } from 'node:timers/promises';

/** Asks again and again until `isSo`. Fails after `deadlineMs`; otherwise returns the milliseconds it took. */
export async function eventually(isSo: () => Promise<boolean>, deadlineMs = 5_000): Promise<number> {
  const began = performance.now();
  while (!(await isSo())) {
    if (performance.now() - began > deadlineMs) throw new Error(`It was not so within ${deadlineMs} ms`);
    await wait(20);
  }
  return performance.now() - began;
}
