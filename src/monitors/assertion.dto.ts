import { ApiProperty } from '@nestjs/swagger';
import { oneOf } from '../http/one-of.js';
import { MAX_MILLISECONDS, MAX_PATH, MAX_TEXT } from './assertions.js';

/** The body, as text. */
export class BodyAssertionDto {
  @ApiProperty({ enum: ['body'] })
  type: 'body';
  /** `matches` looks for a regular expression in the syntax of RE2, anywhere in the body. */
  @ApiProperty({ enum: ['contains', 'not-contains', 'matches'] })
  operator: 'contains' | 'not-contains' | 'matches';
  /** @example "ok" */
  @ApiProperty({ minLength: 1, maxLength: MAX_TEXT })
  value: string;
}

/** A value in a JSON body. */
export class JsonAssertionDto {
  @ApiProperty({ enum: ['json'] })
  type: 'json';
  /**
   * Where the value is: a JSON pointer (RFC 6901), or a path such as `data[0].id`, which is answered as the pointer `/data/0/id`.
   * @example "/status"
   */
  @ApiProperty({ maxLength: MAX_PATH })
  path: string;
  @ApiProperty({ enum: ['equals', 'greater', 'less', 'exists'] })
  operator: 'equals' | 'greater' | 'less' | 'exists';
  /** For `equals` text, a number, true, false or null; for `greater` and `less` a number; for `exists` left out. */
  @ApiProperty({
    oneOf: [{ type: 'string', maxLength: MAX_TEXT }, { type: 'number' }, { type: 'boolean' }],
    nullable: true,
    required: false,
    example: 'ok',
  })
  value?: string | number | boolean | null;
}

/** A header field of the response. Its name is compared without case. */
export class HeaderAssertionDto {
  @ApiProperty({ enum: ['header'] })
  type: 'header';
  /** @example "Content-Type" */
  @ApiProperty({ minLength: 1, maxLength: 100 })
  name: string;
  @ApiProperty({ enum: ['equals', 'contains'] })
  operator: 'equals' | 'contains';
  /** @example "application/json" */
  @ApiProperty({ maxLength: MAX_TEXT })
  value: string;
}

/** The time until the response is there. */
export class ResponseTimeAssertionDto {
  @ApiProperty({ enum: ['response-time'] })
  type: 'response-time';
  @ApiProperty({ enum: ['below'] })
  operator: 'below';
  /**
   * In milliseconds.
   * @example 500
   */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_MILLISECONDS })
  value: number;
}

/** The classes that `anyAssertion` refers to. */
export const assertionModels = [
  BodyAssertionDto,
  JsonAssertionDto,
  HeaderAssertionDto,
  ResponseTimeAssertionDto,
] as const;

export const anyAssertion = oneOf({
  body: BodyAssertionDto,
  json: JsonAssertionDto,
  header: HeaderAssertionDto,
  'response-time': ResponseTimeAssertionDto,
});

/** Such as hold of the example's own URL. */
export const givenAssertionsExample = [
  { type: 'body', operator: 'contains', value: 'Example Domain' },
  { type: 'response-time', operator: 'below', value: 2_000 },
];

export const assertionsExample = [
  { type: 'json', path: '/status', operator: 'equals', value: 'ok' },
  { type: 'response-time', operator: 'below', value: 500 },
];
