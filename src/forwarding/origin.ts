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
  const host = (isFromProxy(socket, settings) && nearest(headers['x-forwarded-host'])) || '';
  const named = [host, headers.host ?? ''].find(isHost) ?? 'localhost';
  return `${schemeOf({ headers, socket }, settings)}://${named}`;
}

/** How the request reached the nearest trusted proxy: this server itself speaks http. */
export function schemeOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  settings: Pick<Config, 'trustedProxies'>,
): 'http' | 'https' {
  const isSecure = nearest(headers['x-forwarded-proto'])?.toLowerCase() === 'https';
  return isSecure && isFromProxy(socket, settings) ? 'https' : 'http';
}

function isFromProxy(
  { remoteAddress = '' }: IncomingMessage['socket'],
  { trustedProxies }: Pick<Config, 'trustedProxies'>,
): boolean {
  const peer = plainAddress(remoteAddress);
  return peer !== null && isInNetworks(trustedProxies, peer);
}

/** The path of `PUBLIC_URL` under which callers see the server: `/pulse`, or nothing. */
export const pathPrefix = ({ publicUrl }: Pick<Config, 'publicUrl'>): string =>
  publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
