import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-http-bearer';
import type { ApiRequest } from './api-request.js';
import type { Principal } from './principal.js';
import { Authenticator } from './authenticator.js';

/** The one strategy for all callers: the kind of a token says whether it is a key's or a session's. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  constructor(private readonly authenticator: Authenticator) {
    super({ passReqToCallback: true });
  }

  validate(request: ApiRequest, token: string): Promise<Principal> {
    return this.authenticator.authenticate(token, request.context);
  }
}
