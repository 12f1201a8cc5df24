import { IsString, MaxLength } from 'class-validator';
import { EmailField, NewPasswordField, PasswordField } from '../accounts/account-fields.js';
import { NameField } from '../http/fields.js';

export class SignUpDto {
  /** @example "Ada Lovelace" */
  @NameField(100)
  name: string;

  /** @example "ada@example.com" */
  @EmailField()
  email: string;

  /**
   * 8 to 128 characters, none of the most common passwords.
   * @example "a difference engine"
   */
  @NewPasswordField()
  password: string;
}

export class SignInDto {
  /** @example "ada@example.com" */
  @EmailField()
  email: string;

  /** @example "a difference engine" */
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
