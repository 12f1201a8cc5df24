import { Reflector } from '@nestjs/core';

/**
 * The metadata of routes that may replace the token they are called with: a repetition with the old token and
 * its `Idempotency-Key` is answered as before.
 */
export const RetryWithOldToken = Reflector.createDecorator<void, true>({ transform: () => true });
