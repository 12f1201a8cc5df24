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
  /** That there is a password. */
  @ApiProperty({ enum: [true], example: true })
  isSet: true;
}

export class BearerAuthDto {
  @ApiProperty({ enum: ['bearer'] })
  type: 'bearer';
  /** Always null: the token is write-only. */
  @ApiProperty({ type: String, nullable: true, example: null })
  token: null;
  /** That there is a token. */
  @ApiProperty({ enum: [true], example: true })
  isSet: true;
}

export type AuthDto = NoAuthDto | BasicAuthDto | BearerAuthDto;

/** How a check authenticates, without what is secret of it. */
export function presentAuth(auth: RequestAuth): AuthDto {
  if (auth.type === 'basic') return { type: 'basic', username: auth.username, password: null, isSet: true };
  return auth.type === 'bearer' ? { type: 'bearer', token: null, isSet: true } : { type: 'none' };
}
