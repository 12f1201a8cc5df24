import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Config } from '../config/config.js';
import { Bounded, Structured } from '../http/bounds.js';
import { NameField, Nullable, Optional } from '../http/fields.js';
import type { ValidationIssue } from '../http/validation-issue.js';
import { oneOf } from '../http/one-of.js';
import { allIntervals } from '../plans/plan-limits.js';
import { anyAssertion, assertionModels, givenAssertionsExample } from './assertion.dto.js';
import { type Assertion, assertionIssues, MAX_ASSERTIONS, MAX_TEXT } from './assertions.js';
import { type Method, methods } from './monitor.entity.js';
import { type AuthInput, authIssues, MAX_TOKEN } from './request-auth.js';
import { CreateBasicAuthDto, CreateBearerAuthDto, NoAuthDto, UpdateAuthDto } from './request-auth.dto.js';
import { headerIssues, type HeaderInput, MAX_HEADERS, MAX_VALUE } from './request-headers.js';
import { CreateHeaderDto, UpdateHeaderDto } from './request-headers.dto.js';
import { type FittingSettings, MAX_BODY_BYTES, settingIssues } from './settings.validation.js';
import { MAX_URL_LENGTH, urlIssues } from './target-url.js';

/** The settings that may always be left out. */
@ApiExtraModels(...assertionModels)
class OptionalSettingsDto {
  /**
   * GET when left out at creation.
   * @example "GET"
   */
  @ApiProperty({ enum: methods, required: false })
  @Optional()
  @IsIn(methods)
  method?: Method;

  /**
   * The project it is in: the oldest of the team when left out at creation.
   * @example "prj_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  projectId?: string;

  /**
   * Seconds from one check to the next: 60 when left out at creation. Less than 60 needs a plan that includes it.
   * @example 60
   */
  @ApiProperty({ type: 'integer', enum: allIntervals, required: false })
  @Optional()
  @IsIn(allIntervals)
  intervalSeconds?: number;

  /**
   * Seconds within which the response must be there, never more than the interval: 30 when left out at creation, or the interval where that is less.
   * @example 30
   */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 60, required: false })
  @Optional()
  @Max(60)
  @Min(1)
  @IsInt()
  timeoutSeconds?: number;

  /**
   * The status a good response has: 200 when left out at creation.
   * @example 200
   */
  @ApiProperty({ type: 'integer', minimum: 100, maximum: 599, required: false })
  @Optional()
  @Max(599)
  @Min(100)
  @IsInt()
  expectedStatus?: number;

  /** Whether the certificate must be valid: true when left out at creation. */
  @Optional()
  @IsBoolean()
  verifyTls?: boolean;

  /** Whether redirections are followed: true when left out at creation. Heeded only while `expectedStatus` is no redirection. */
  @Optional()
  @IsBoolean()
  followRedirects?: boolean;

  /** Whether a response that is not as RFC 9110 and RFC 9112 have it is refused: false when left out at creation, and then it is read as browsers and curl read it. */
  @Optional()
  @IsBoolean()
  strictHttp?: boolean;

  /**
   * What is sent as the body of POST, PUT and PATCH, up to 64 KiB in UTF-8; null for none.
   * @example null
   */
  @ApiProperty({ type: String, nullable: true, required: false, maxLength: MAX_BODY_BYTES })
  @Nullable()
  @IsString()
  @Bounded({ text: MAX_BODY_BYTES })
  body?: string | null;

  /** What must hold of a response, beside its status. Replaces the assertions there are. */
  @ApiProperty({
    type: 'array',
    items: anyAssertion,
    required: false,
    maxItems: MAX_ASSERTIONS,
    example: givenAssertionsExample,
  })
  @Structured({ text: MAX_TEXT, entries: MAX_ASSERTIONS })
  assertions?: Assertion[];

  /** Whether it is checked: true when left out at creation. False is the same as paused. */
  @Optional()
  @IsBoolean()
  active?: boolean;
}

@ApiExtraModels(NoAuthDto, CreateBasicAuthDto, CreateBearerAuthDto)
export class CreateMonitorDto extends OptionalSettingsDto {
  /** @example "Checkout API" */
  @NameField(120)
  name: string;

  /**
   * What is checked: http or https, without a user name or password. Private and other special addresses are refused unless the operator allows them.
   * @example "https://example.com/"
   */
  @MaxLength(MAX_URL_LENGTH)
  @IsString()
  url: string;

  /** Headers to send, each name once. */
  @ApiProperty({ type: [CreateHeaderDto], required: false, maxItems: MAX_HEADERS })
  @Structured({ text: MAX_VALUE, entries: MAX_HEADERS })
  headers?: HeaderInput[];

  /** How to authenticate: `none` when left out. Not together with a header `Authorization`. */
  @ApiProperty({
    ...oneOf({ none: NoAuthDto, basic: CreateBasicAuthDto, bearer: CreateBearerAuthDto }),
    required: false,
    example: { type: 'none' },
  })
  @Structured({ text: MAX_TOKEN, entries: 0 })
  auth?: AuthInput;

  static validate(input: CreateMonitorDto, { egressAllow }: Config): ValidationIssue[] {
    return [
      ...urlIssues(input.url, egressAllow),
      ...headerIssues(input.headers, { needsValues: true }),
      ...authIssues(input.auth, { isWhole: true }),
      ...assertionIssues(input.assertions),
      ...settingIssues({ method: 'GET', intervalSeconds: 60, ...(input as FittingSettings) }),
    ];
  }
}

export class UpdateMonitorDto extends OptionalSettingsDto {
  /** @example "Checkout API" */
  @Optional()
  @NameField(120)
  name?: string;

  /**
   * What is checked: http or https, without a user name or password. Private and other special addresses are refused unless the operator allows them.
   * One of another origin (scheme, host and port) clears all write-only values that the request does not give again: see `clearedSecrets`.
   * @example "https://example.com/"
   */
  @Optional()
  @MaxLength(MAX_URL_LENGTH)
  @IsString()
  url?: string;

  /** All headers to send, each name once. One without a value keeps the value it has; one that is not there is removed. */
  @ApiProperty({
    type: [UpdateHeaderDto],
    required: false,
    maxItems: MAX_HEADERS,
    example: [{ name: 'X-Api-Version', value: '2026-07' }],
  })
  @Structured({ text: MAX_VALUE, entries: MAX_HEADERS })
  headers?: HeaderInput[];

  /** How to authenticate; null for not at all. Not together with a header `Authorization`. */
  @ApiProperty({
    type: UpdateAuthDto,
    nullable: true,
    required: false,
    example: { type: 'basic', username: 'probe', password: 'the password of the endpoint' },
  })
  @Structured({ text: MAX_TOKEN, entries: 0 })
  auth?: AuthInput | null;

  static validate(input: UpdateMonitorDto, { egressAllow }: Config): ValidationIssue[] {
    return [
      ...urlIssues(input.url, egressAllow),
      ...headerIssues(input.headers, { needsValues: false }),
      ...authIssues(input.auth, { isWhole: false }),
      ...assertionIssues(input.assertions),
      ...settingIssues(input),
    ];
  }
}
