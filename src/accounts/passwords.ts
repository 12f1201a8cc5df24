import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { RateLimited } from '../limits/limits.problems.js';

/** The `Algorithm.Argon2id` of the library, whose const enum a file of its own cannot read. */
const ARGON2ID = 2;

/** OWASP's minimum for Argon2id: 19 MiB, two passes, one lane. */
const parameters = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CURRENT = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;

/** Stands in where there is no account, so that the answer takes as long as where there is one. Of a password nobody kept. */
export const DECOY =
  '$argon2id$v=19$m=19456,t=2,p=1$vzNrUQWAitNIU5O5L4Om+Q$l7YMTA5N1TUG3fIuiGqDCRUlbAVo8w/r9CKCit5Zqss';

/** Hashing keeps a thread busy for tens of milliseconds: more than two at a time would hold up everything else. */
const AT_ONCE = 2;
const WAITING = 32;

/** Hashes and verifies passwords with Argon2id (RFC 9106), two at a time. Beyond a short queue callers are sent away with 429. */
@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: Array<() => void> = [];

  /** The PHC string of `password`. */
  hash(password: string): Promise<string> {
    return this.slot(() => hash(password, parameters));
  }

  /** Whether `password` fits `hashed`. With null it never does, and takes the same time to say so. */
  async verify(hashed: string | null, password: string): Promise<boolean> {
    const fits = await this.slot(() => verify(hashed ?? DECOY, password));
    return hashed !== null && fits;
  }

  /** Whether `hashed` was made with weaker parameters than today's. */
  isOutdated(hashed: string): boolean {
    return !CURRENT.test(hashed);
  }

  private async slot<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= AT_ONCE) {
      if (this.waiting.length >= WAITING)
        throw new RateLimited('Too many passwords are being checked at the moment; wait 1 s.', {
          retryAfter: 1,
        });
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
