import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsString, Length, MaxLength, ValidateBy, buildMessage } from 'class-validator';
import { isPrintable } from '../common/name.js';
import { isCommonPassword } from './common-passwords.js';
import { emailKey } from './email.js';

const check = (name: string, isValid: (value: string) => boolean, message: string) =>
  ValidateBy({
    name,
    validator: {
      validate: (value) => typeof value === 'string' && isValid(value),
      defaultMessage: buildMessage(() => `$property ${message}`),
    },
  });

const MAX_EMAIL = 254;

/** An e-mail address. Its normal form, which can be longer, fits its column too. */
export const EmailField = () =>
  applyDecorators(
    ApiProperty({ format: 'email', maxLength: MAX_EMAIL }),
    IsString(),
    MaxLength(MAX_EMAIL),
    IsEmail(),
    check(
      'plainEmail',
      (value) => isPrintable(value) && emailKey(value).length <= MAX_EMAIL,
      'must not contain invisible characters, or characters that stand for many',
    ),
  );

/** A password to be set: 8 to 128 characters, none of the most common ones, no rules of composition (NIST SP 800-63B, 3.1.1). */
export const NewPasswordField = () =>
  applyDecorators(
    ApiProperty({ format: 'password', minLength: 8, maxLength: 128 }),
    IsString(),
    Length(8, 128),
    check(
      'commonPassword',
      (value) => !isCommonPassword(value),
      'is one of the most common passwords and would be guessed first',
    ),
  );

/** A password to be compared. */
export const PasswordField = () =>
  applyDecorators(
    ApiProperty({ format: 'password', minLength: 1, maxLength: 128 }),
    IsString(),
    Length(1, 128),
  );
