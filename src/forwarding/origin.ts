import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/config.js';
import { isInNetworks, plainAddress } from '../common/network.js';

type Settings = Pick<Config, 'publicUrl' | 'trustedProxies'>;

/** A host with or without a port, as `Host` has it (RFC 9110, 7.2). */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]+)(?::\d{0,5})?$/i;

export const isHost = (text: string): boolean => HOST.test(text) && URL.canParse(`http://${text}`);

/** The value of the nearest proxy, where several wrote theirs into one header. */
const nearest = (header: string | string[] | undefined): string | undefined =>
  header === undefined ? undefined : String(header).split(',').at(-1)!.trim();

/**
 * Where callers reach the server, without a slash at its end: `PUBLIC_URL`, or what the request says of it. A
 * trusted proxy may say so in `X-Forwarded-Proto` and `X-Forwarded-Host`; what makes no sense there is ignored.
 */
export function originOf({ headers, socket }: IncomingMessage, settings: Settings): string {
  if (settings.publicUrl !== null) return settings.publicUrl;
  const peer = plainAddress(socket.remoteAddress ?? '');
  const isBelieved = peer !== null && isInNetworks(settings.trustedProxies, peer);
  const scheme = (isBelieved && nearest(headers['x-forwarded-proto'])?.toLowerCase()) || '';
  const host = (isBelieved && nearest(headers['x-forwarded-host'])) || '';
  const named = [host, headers.host ?? ''].find(isHost) ?? 'localhost';
  return `${['http', 'https'].includes(scheme) ? scheme : 'http'}://${named}`;
}

/** The path of `PUBLIC_URL` under which callers see the server: `/pulse`, or nothing. */
export const pathPrefix = ({ publicUrl }: Pick<Config, 'publicUrl'>): string =>
  publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
