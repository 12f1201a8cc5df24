import type { Monitor } from './monitor.entity.js';

const isRedirection = (status: number): boolean => status >= 300 && status < 400;

/** Whether checks follow redirections: as callers wish, unless a redirection is what is expected. */
export const followsRedirections = ({
  followRedirects,
  expectedStatus,
}: Pick<Monitor, 'followRedirects' | 'expectedStatus'>): boolean =>
  followRedirects && !isRedirection(expectedStatus);
