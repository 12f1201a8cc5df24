import { Reflector } from '@nestjs/core';

/** Exempts public routes from the limit by address: what machines poll and what is served from memory. */
export const SkipRateLimit = Reflector.createDecorator<void, true>({ transform: () => true });
