import type { Transactions } from '../src/database/transactions.js';

const undone = new Error('undone');

/** Runs work as where a deadlock has it run again: once in vain, and then once more. */
export const runAgain =
  (run: Transactions['run']): Transactions['run'] =>
  async (work) => {
    const inVain = run(async (manager) => {
      await work(manager);
      throw undone;
    });
    await inVain.catch((error: unknown) => {
      if (error !== undone) throw error;
    });
    return run(work);
  };
