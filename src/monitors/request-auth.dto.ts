import { ApiProperty } from '@nestjs/swagger';
import { MAX_PASSWORD, MAX_TOKEN, MAX_USERNAME, type RequestAuth } from './request-auth.js';

export class NoAuthDto {
  @ApiProperty({ enum: ['none'] })
  type: 'none';
}

export class CreateBasicAuthDto {
  @ApiProperty({ enum: ['basic'] })
  type: 'basic';
  /** @example "probe" */
  @ApiProperty({ maxLength: MAX_USERNAME })
  username: string;
  /**
   * Write-only: stored encrypted, and never answered.
   * @example "the password of the endpoint"
   */
  @ApiProperty({ maxLength: MAX_PASSWORD, writeOnly: true })
  password: string;
}

export class CreateBearerAuthDto {
  @ApiProperty({ enum: ['bearer'] })
  type: 'bearer';
  /**
   * Write-only: stored encrypted, and never answered.
   * @example "mF_9.B5f-4.1JqM"
   */
  @ApiProperty({ minLength: 1, maxLength: MAX_TOKEN, writeOnly: true })
  token: string;
}

/** What is left out stays, as long as the type does. */
export class UpdateAuthDto {
  @ApiProperty({ enum: ['none', 'basic', 'bearer'], required: false })
  type?: RequestAuth['type'];
  /** @example "probe" */
  @ApiProperty({ required: false, maxLength: MAX_USERNAME })
  username?: string;
  /** @example "the password of the endpoint" */
  @ApiProperty({ required: false, maxLength: MAX_PASSWORD, writeOnly: true })
  password?: string;
  /** @example "mF_9.B5f-4.1JqM" */
  @ApiProperty({ required: false, minLength: 1, maxLength: MAX_TOKEN, writeOnly: true })
  token?: string;
}

export class BasicAuthDto {
  @ApiProperty({ enum: ['basic'] })
  type: 'basic';
  /** @example "probe" */
  username: string;
  /** Always null: the password is write-only. */
  @ApiProperty({ type: String, nullable: true, example: null })
  password: null;
  /** Whether there is a password. Without one checks do not authenticate: see `clearedSecrets`. */
  @ApiProperty({ example: true })
  isSet: boolean;
}

export class BearerAuthDto {
  @ApiProperty({ enum: ['bearer'] })
  type: 'bearer';
  /** Always null: the token is write-only. */
  @ApiProperty({ type: String, nullable: true, example: null })
  token: null;
  /** Whether there is a token. Without one checks do not authenticate: see `clearedSecrets`. */
  @ApiProperty({ example: true })
  isSet: boolean;
}

export type AuthDto = NoAuthDto | BasicAuthDto | BearerAuthDto;

/** How a check authenticates, without what is secret of it. */
export function presentAuth(auth: RequestAuth): AuthDto {
  switch (auth.type) {
    case 'none':
      return { type: 'none' };
    case 'basic':
      return { type: 'basic', username: auth.username, password: null, isSet: auth.password !== null };
    case 'bearer':
      return { type: 'bearer', token: null, isSet: auth.token !== null };
  }
}
