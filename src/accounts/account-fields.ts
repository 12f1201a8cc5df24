import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, MaxLength, ValidateBy, buildMessage } from 'class-validator';
import { CodePoints } from '../http/fields.js';
import { issue, type ValidationIssue } from '../http/validation-issue.js';
import { isEmailAddress, isPlainEmail, MAX_EMAIL } from './email.js';
import { type Owner, passwordIssue, personalIssue } from './password-policy.js';

const check = (name: string, isValid: (value: string) => boolean, message: string) =>
  ValidateBy({
    name,
    validator: {
      validate: (value) => typeof value === 'string' && isValid(value),
      defaultMessage: buildMessage(() => `$property ${message}`),
    },
  });

/** An e-mail address. Its normal form, which can be longer, fits its column too. */
export const EmailField = () =>
  applyDecorators(
    ApiProperty({ format: 'email', maxLength: MAX_EMAIL }),
    IsString(),
    MaxLength(MAX_EMAIL),
    check('isEmail', isEmailAddress, 'must be an e-mail address'),
    check(
      'plainEmail',
      isPlainEmail,
      'must not contain invisible characters, or characters that stand for many',
    ),
  );

const [LEAST, MOST] = [8, 128];

const isOfLength = (password: string): boolean => {
  const { length } = [...password];
  return length >= LEAST && length <= MOST;
};

/** A password to be set: 8 to 128 characters (code points: an emoji is one), no rules of composition. Its DTO adds what `newPasswordIssues` finds. */
export const NewPasswordField = () =>
  applyDecorators(
    ApiProperty({ format: 'password', minLength: LEAST, maxLength: MOST }),
    IsString(),
    CodePoints(LEAST, MOST),
  );

/** Why the password in `member` may not be set for `owner`: for whatever is in an input, and nobody known. */
export function newPasswordIssues(
  member: string,
  password: unknown,
  owner?: Partial<Owner>,
): ValidationIssue[] {
  if (typeof password !== 'string' || !isOfLength(password)) return [];
  const { name, email } = owner ?? {};
  const wrong =
    passwordIssue(password) ??
    (typeof name === 'string' && typeof email === 'string' ? personalIssue(password, { name, email }) : null);
  return wrong ? [issue(`/${member}`, wrong.code, `${member} ${wrong.message}.`)] : [];
}

/** A password to be compared. */
export const PasswordField = () =>
  applyDecorators(
    ApiProperty({ format: 'password', minLength: 1, maxLength: 128 }),
    IsString(),
    Length(1, 128),
  );
