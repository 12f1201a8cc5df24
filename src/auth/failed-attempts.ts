import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../config/config.js';
import type { CountedAs } from '../forwarding/client.js';
import { AddressWindow } from '../forwarding/address-window.js';
import { TooManyFailures } from './auth.problems.js';
import { retryAfter, type WindowState } from '../common/fixed-window.js';

const PER_ADDRESS = 20;
const MINUTE = 60;

/** Wrong passwords for one account from one address: an attacker elsewhere cannot lock its owner out. */
const PER_ACCOUNT_AND_ADDRESS = 10;
const QUARTER_HOUR = 15 * 60;
const REMEMBERED = 10_000;

/**
 * Slows guessing down: 20 failed authentications a minute and address, counted before anything is looked
 * up, so that parallel guesses are counted too. What succeeds is taken back.
 *
 * A credential that has just worked is not stopped by others that fail behind the same address.
 */
@Injectable()
export class FailedAttempts {
  private readonly isOn: boolean;
  private readonly perAddress = new AddressWindow(PER_ADDRESS, MINUTE);
  private readonly perAccount = new AddressWindow(PER_ACCOUNT_AND_ADDRESS, QUARTER_HOUR);
  private readonly good = new LRUCache<string, true>({ max: REMEMBERED });

  constructor(config: Config) {
    this.isOn = config.rateLimit === 'on';
  }

  /** Whether `credential` (a digest) has worked lately. */
  isGood(credential: string): boolean {
    // Not `has`, which does not count as a use.
    return this.good.get(credential) === true;
  }

  /**
   * Counts an attempt from an address as failed until `refund` takes it back. Throws `TooManyFailures`. An
   * address that is stopped by its own count adds nothing to that of the account.
   */
  async attempt(address: CountedAs, account?: string): Promise<void> {
    if (!this.isOn) return;
    admit(await this.perAddress.count(address));
    if (account !== undefined) admit(await this.perAccount.count(address, `${account} `));
  }

  /** Takes back what `attempt` counted. */
  async refund(address: CountedAs, account?: string): Promise<void> {
    if (!this.isOn) return;
    await this.perAddress.uncount(address);
    if (account !== undefined) await this.perAccount.uncount(address, `${account} `);
  }

  remember(credential: string): void {
    this.good.set(credential, true);
  }

  /** For a credential that stopped working. */
  forget(credential: string): void {
    this.good.delete(credential);
  }
}

function admit(state: WindowState): void {
  if (!state.exceeded) return;
  const seconds = retryAfter(state);
  throw new TooManyFailures(`Too many attempts failed from this address; wait ${seconds} s.`, {
    retryAfter: seconds,
  });
}
