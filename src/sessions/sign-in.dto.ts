import { IsString, MaxLength } from 'class-validator';
import {
  EmailField,
  newPasswordIssues,
  NewPasswordField,
  PasswordField,
} from '../accounts/account-fields.js';
import { NameField } from '../http/fields.js';
import type { ValidationIssue } from '../http/validation-issue.js';

export class SignUpDto {
  /** @example "Ada Lovelace" */
  @NameField(100)
  name: string;

  /** @example "ada@example.com" */
  @EmailField()
  email: string;

  /**
   * 8 to 128 characters (code points): none of the most common passwords, no repetition or sequence, and not your name or address. The one that `docs/openapi.json` prints is refused; Swagger UI makes one up whenever it is loaded.
   * @example "choose a password of your own"
   */
  @NewPasswordField()
  password: string;

  static validate({ name, email, password }: SignUpDto): ValidationIssue[] {
    return newPasswordIssues('password', password, { name, email });
  }
}

export class SignInDto {
  /** @example "ada@example.com" */
  @EmailField()
  email: string;

  /** @example "choose a password of your own" */
  @PasswordField()
  password: string;
}

export class SwitchTeamDto {
  /**
   * One of the teams you belong to.
   * @example "team_01jd8x0000f3b9s0d2m8c5p1rk"
   */
  @MaxLength(40)
  @IsString()
  teamId: string;
}
