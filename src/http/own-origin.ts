import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';

/**
 * Where callers reach this server, for links in what is sent without a request to look at, or where a request
 * must not decide: who asks for an e-mail to somebody would otherwise choose where its link leads.
 */
@Injectable()
export class OwnOrigin {
  /** Set once the server listens. */
  listening: string | null = null;

  constructor(private readonly config: Config) {}

  get url(): string {
    return this.config.publicUrl ?? this.listening ?? `http://localhost:${this.config.port}`;
  }
}
