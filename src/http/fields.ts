import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  buildMessage,
} from 'class-validator';
import { isInstant } from '../common/instant.js';
import { isPrintable, isVisible, normalizeName } from '../common/name.js';
import { isTimeZone } from '../common/time-zone.js';

const normalized = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? normalizeName(value) : value,
);

const IsPrintable = () =>
  ValidateBy({
    name: 'isPrintable',
    validator: {
      validate: (value) => typeof value === 'string' && isPrintable(value),
      defaultMessage: buildMessage(
        (each) =>
          `${each}$property must not contain control, invisible or unassigned characters, nor more than 30 combining marks in a row`,
      ),
    },
  });

const IsVisible = () =>
  ValidateBy({
    name: 'isVisible',
    validator: {
      validate: (value) => typeof value === 'string' && isVisible(value),
      defaultMessage: buildMessage(
        () => '$property must have a letter, a digit or another visible character',
      ),
    },
  });

/** `least` to `most` code points, which is what columns count. The `Length` of class-validator counts some pairs as one. */
export const CodePoints = (least: number, most: number) =>
  ValidateBy({
    name: 'isLength',
    constraints: [least, most],
    validator: {
      validate: (value) => {
        const length = typeof value === 'string' ? [...value].length : -1;
        return length >= least && length <= most;
      },
      defaultMessage: buildMessage(() => `$property must have ${least} to ${most} characters`),
    },
  });

/** A name for people: 1 to `length` characters after trimming, in Unicode NFC, nothing invisible in it. */
export const NameField = (length: number) =>
  applyDecorators(
    ApiProperty({ minLength: 1, maxLength: length }),
    normalized,
    IsString(),
    CodePoints(1, length),
    IsPrintable(),
    IsVisible(),
  );

/** A description for people, up to `length` characters; null for none. */
export const DescriptionField = (length = 500) =>
  applyDecorators(
    ApiProperty({ type: String, required: false, nullable: true, maxLength: length }),
    ValidateIf((_, value) => value !== null && value !== undefined),
    normalized,
    IsString(),
    CodePoints(0, length),
    IsPrintable(),
  );

const normalizedProse = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? normalizeName(value.replaceAll(/\r\n?/g, '\n')) : value,
);

const IsProse = () =>
  ValidateBy({
    name: 'isPrintable',
    validator: {
      validate: (value) => typeof value === 'string' && isPrintable(value.replaceAll(/[\n\t]/g, ' ')),
      defaultMessage: buildMessage(
        () =>
          '$property must not contain control (but line breaks), invisible or unassigned characters, nor more than 30 combining marks in a row',
      ),
    },
  });

/** What people write to each other: `least` to `most` characters after trimming, with line breaks. */
export const ProseField = (least: number, most: number) =>
  applyDecorators(
    ApiProperty({ minLength: least, maxLength: most }),
    normalizedProse,
    IsString(),
    CodePoints(least, most),
    IsProse(),
  );

/** May be left out, but not null: null is a value, and only where a field says so. */
export const Optional = () => ValidateIf((_, value) => value !== undefined);

/** May be left out or null. */
export const Nullable = () => IsOptional();

/** A whole number in a query string, written in digits. */
export const QueryInteger = (least: number, most: number, fallback: number) =>
  applyDecorators(
    ApiProperty({ type: 'integer', required: false, minimum: least, maximum: most, default: fallback }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
    ),
    Optional(),
    IsInt(),
    Min(least),
    Max(most),
  );

/** A yes or no in a query string, written `true` or `false`. */
export const QueryBoolean = () =>
  applyDecorators(
    ApiProperty({ type: 'boolean', required: false }),
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
    Optional(),
    IsBoolean(),
  );

/** A time zone of the IANA database. */
export const TimeZoneField = () =>
  applyDecorators(
    ApiProperty({ maxLength: 64, example: 'Europe/Rome' }),
    IsString(),
    MaxLength(64),
    ValidateBy({
      name: 'timeZone',
      validator: {
        validate: (value) => typeof value === 'string' && isTimeZone(value),
        defaultMessage: buildMessage(
          () => '$property must be a time zone of the IANA database, such as Europe/Rome',
        ),
      },
    }),
  );

/** A point in time: see `isInstant`. */
export const IsInstant = () =>
  ValidateBy({
    name: 'instant',
    validator: {
      validate: (value) => typeof value === 'string' && isInstant(value),
      defaultMessage: buildMessage(() => '$property must be a time such as 2026-01-31T12:00:00Z'),
    },
  });
