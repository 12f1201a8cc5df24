import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { RateLimited } from '../../limits/limits.problems.js';
import { retryAfter, FixedWindow } from '../../common/fixed-window.js';
import { addressDigest } from './address-digest.js';

const HOUR = 3_600;

/** E-mails an hour to one address, of all teams together, whatever they tell. */
const MAILS_PER_ADDRESS = 300;

/** How much is sent. Counted in this process. */
@Injectable()
export class RecipientLimits {
  private readonly isOn: boolean;
  private readonly mails = new FixedWindow(MAILS_PER_ADDRESS, HOUR);
  private readonly tests = {
    address: new FixedWindow(10, HOUR),
    channel: new FixedWindow(10, HOUR),
    team: new FixedWindow(60, HOUR),
  };

  constructor(config: Config) {
    this.isOn = config.rateLimit === 'on';
  }

  /** Counts a test message. `address` is where it goes, for e-mail. Throws `RateLimited`. */
  async countTest(channelId: string, teamId: string, address: string | null): Promise<void> {
    if (!this.isOn) return;
    await this.admitTest('channel', channelId);
    await this.admitTest('team', teamId);
    if (address !== null) await this.admitTest('address', addressDigest(address));
  }

  /** Counts an e-mail that is about to be sent. Answers how long it is to wait instead, in milliseconds. */
  async mailWait(address: string): Promise<number> {
    if (!this.isOn) return 0;
    const state = await this.mails.count(addressDigest(address));
    return state.exceeded ? state.resetInMs : 0;
  }

  private async admitTest(whose: 'address' | 'channel' | 'team', who: string): Promise<void> {
    const state = await this.tests[whose].count(who);
    if (!state.exceeded) return;
    const seconds = retryAfter(state);
    throw new RateLimited(
      `The limit of ${state.limit} test messages an hour for this ${whose} is reached; wait ${seconds} s.`,
      { retryAfter: seconds },
    );
  }
}
