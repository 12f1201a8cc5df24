import type { InboundResponse } from '../../egress/exchange.js';
import { decode, decodeJson } from './text.js';

/** Why a body is not read as JSON, in words that follow "the body ". */
export class NotJson extends Error {}

/** A response as assertions look at it: what is expensive is made when it is first asked for, and once. */
export class ResponseView {
  private decoded: string | undefined;
  private parsed: { readonly document: unknown } | undefined;

  constructor(readonly response: InboundResponse) {}

  /** The value of a header field; undefined where there is none. Names have no case. */
  header(name: string): string | undefined {
    const { headers } = this.response;
    const key = name.toLowerCase();
    return Object.hasOwn(headers, key) ? headers[key] : undefined;
  }

  get text(): string {
    return (this.decoded ??= decode(this.response.body, this.header('content-type')));
  }

  /** Throws `NotJson`. */
  get document(): unknown {
    this.parsed ??= { document: this.parse() };
    return this.parsed.document;
  }

  private parse(): unknown {
    if (this.response.isCut) throw new NotJson('is longer than what is read of it');
    const text = decodeJson(this.response.body);
    if (text === '') throw new NotJson('is empty');
    try {
      return JSON.parse(text);
    } catch {
      throw new NotJson('is not JSON');
    }
  }
}
