import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { isNetwork, type Network, parseNetwork } from '../common/network.js';
import { decoded, readUrl } from './url.js';

/** Turns the text of a variable into its value, or throws an Error whose message completes "NAME ...". */
export type Reader<T> = (text: string) => T;

export const text: Reader<string> = (value) => value;

export const directory: Reader<string> = (value) => resolve(value);

export const integer =
  (least: number, most: number): Reader<number> =>
  (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most)
      throw new Error(`must be a whole number from ${least} to ${most}`);
    return number;
  };

export const choice =
  <const T extends string>(...options: T[]): Reader<T> =>
  (value) => {
    const option = options.find((candidate) => candidate === value);
    if (option === undefined) throw new Error(`must be one of ${options.join(', ')}`);
    return option;
  };

/** A secret of 32 random hexadecimal digits has 14 on average, and fewer than 8 once in 28 million. */
const LEAST_DISTINCT = 8;

/** What is wrong with a master secret, or null. */
export function secretIssue(value: string): string | null {
  const seen = value.replace(/\s/gu, '');
  if (seen.length < 32) return 'must have 32 characters or more, beside blanks';
  if (new Set(seen).size >= LEAST_DISTINCT) return null;
  return `must have ${LEAST_DISTINCT} different characters or more, beside blanks: make one with openssl rand -base64 32`;
}

export const secret: Reader<string> = (value) => {
  const fault = secretIssue(value);
  if (fault !== null) throw new Error(fault);
  return value;
};

/** One that was taken once, so that it can be rotated away. */
export const previousSecret: Reader<string> = (value) => {
  if (value.length < 32) throw new Error('must have 32 characters or more');
  return value;
};

/** Paths that the server has of its own: a prefix that begins like one of them could not be told from it. */
const OWN_PATHS = /^\/(v1|docs|health|metrics|problems|confirm|openapi\.json)(\/|$)/;
const PREFIX = /^(\/[\w.~-]+)+$/;

/** An http or https URL, with or without a path, and without a slash at its end. */
export const publicUrl: Reader<string> = (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !/^https?:$/.test(url.protocol) || /[?#]/.test(value) || url.username || url.password)
    throw new Error('must be an http or https URL such as https://example.com or https://example.com/pulse');
  const path = url.pathname.replace(/\/$/, '');
  if (path !== '' && !PREFIX.test(path))
    throw new Error('must have a path of letters, digits, and -._~ only, such as /pulse');
  if (OWN_PATHS.test(path)) throw new Error(`must not have the path ${path}, which the server has itself`);
  return url.origin + path;
};

const ORIGIN = /^https?:\/\/(?:\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*)(?::\d{1,5})?\/?$/i;

/** Origins as browsers send them: a scheme, a host, and a port where it is not that of the scheme. */
export const originList: Reader<readonly string[]> = (value) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      if (!ORIGIN.test(entry) || !URL.canParse(entry))
        throw new Error(
          `must list origins such as https://console.example.com; ${JSON.stringify(entry)} is none`,
        );
      return new URL(entry).origin;
    });

/** Its user and password can be decoded. */
export const smtpUrl: Reader<URL> = (value) => {
  const example = 'smtp://user:password@host:587 or smtps://...';
  const url = readUrl(value, { protocols: ['smtp:', 'smtps:'], example });
  if (/^\/./.test(url.pathname) || url.search)
    throw new Error(`must have no path and no options, and look like ${example}`);
  decoded(url.username, 'user');
  decoded(url.password, 'password');
  return url;
};

const MAILBOX = /^(?:[^<>@",:;\p{Cc}]*<([^\s<>@]+@[^\s<>@]+)>|[^\s<>@]+@[^\s<>@]+)$/u;

/** One mailbox of RFC 5322 without quoting or comments. */
export const mailbox: Reader<string> = (value) => {
  if (!MAILBOX.test(value)) throw new Error('must be an address, or look like PulseAPI <pulse@example.com>');
  return value;
};

/** Networks in CIDR notation; a single address is a network of one. */
export const networkList: Reader<readonly Network[]> = (value) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      if (!isNetwork(entry))
        throw new Error(
          `must list addresses and networks such as 10.0.0.5 and 10.0.0.0/8; ${JSON.stringify(entry)} is none`,
        );
      return parseNetwork(entry);
    });

/** Addresses with or without a port, IPv6 in brackets where it has one. Written as `dns.setServers` takes them. */
export const addressList: Reader<readonly string[]> = (value) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^\]]+?))(?::(\d{1,5}))?$/.exec(entry) ?? [];
      const isAddress = isIpv6(entry) || isIpv6(bracketed) || isIpv4(plain);
      if (!isAddress || Number(port ?? 53) > 65_535 || Number(port) === 0)
        throw new Error(
          `must list addresses such as 10.0.0.53 or [fd00::53]:5353; ${JSON.stringify(entry)} is none`,
        );
      return entry;
    });

const isIpv4 = (text = '') => ipaddr.IPv4.isValidFourPartDecimal(text);
const isIpv6 = (text = '') => ipaddr.IPv6.isValid(text);
