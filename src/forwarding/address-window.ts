import type { CountedAs } from './client.js';
import { FixedWindow, type WindowState } from '../common/fixed-window.js';

/** How often the limit of one address those have together who cannot be told apart for sure. */
const SHARED = 10;

/**
 * Counts by address. Callers whose address is not known are kept apart by what they say of it, so that one of
 * them does not stop the others; together they have ten times the limit, so that making it up is of little use.
 */
export class AddressWindow {
  private readonly own: FixedWindow;
  private readonly shared: FixedWindow;

  constructor(limit: number, seconds: number) {
    this.own = new FixedWindow(limit, seconds);
    this.shared = new FixedWindow(SHARED * limit, seconds);
  }

  /** Counts one. Whoever is stopped by its own count adds nothing to that of the others. `what` tells counts of one address apart. */
  async count({ own, shared }: CountedAs, what = ''): Promise<WindowState> {
    if (shared === null) return this.own.count(what + own);
    const all = await this.shared.look(what + shared);
    if (all.remaining === 0) return { ...all, exceeded: true };
    const state = await this.own.count(what + own);
    return state.exceeded ? state : await this.orShared(state, what + shared);
  }

  /** Takes back what `count` counted. */
  async uncount({ own, shared }: CountedAs, what = ''): Promise<void> {
    await this.own.uncount(what + own);
    if (shared !== null) await this.shared.uncount(what + shared);
  }

  private async orShared(state: WindowState, shared: string): Promise<WindowState> {
    const all = await this.shared.count(shared);
    return all.exceeded ? all : state;
  }
}
