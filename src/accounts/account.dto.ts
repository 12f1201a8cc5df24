import { NameField, Optional, TimeZoneField } from '../http/fields.js';
import type { ValidationIssue } from '../http/validation-issue.js';
import { newPasswordIssues, NewPasswordField, PasswordField } from './account-fields.js';
import type { User } from './user.entity.js';

/** A person, as they see themselves. */
export class AccountDto {
  /** @example "usr_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "Ada Lovelace" */
  name: string;
  /** @example "ada@example.com" */
  email: string;
  /**
   * Time zone for display. Every time of this API is UTC.
   * @example "Europe/Rome"
   */
  timeZone: string;
  createdAt: Date;
  updatedAt: Date;

  static from({ id, name, email, timeZone, createdAt, updatedAt }: User): AccountDto {
    return Object.assign(new AccountDto(), { id, name, email, timeZone, createdAt, updatedAt });
  }
}

export class UpdateAccountDto {
  /** @example "Ada King" */
  @Optional()
  @NameField(100)
  name?: string;

  @Optional()
  @TimeZoneField()
  timeZone?: string;
}

export class ChangePasswordDto {
  /** @example "choose a password of your own" */
  @PasswordField()
  currentPassword: string;

  /**
   * 8 to 128 characters (code points): none of the most common passwords, no repetition or sequence, and not your name or address. The one that `docs/openapi.json` prints is refused; Swagger UI makes one up whenever it is loaded.
   * @example "choose a password of your own"
   */
  @NewPasswordField()
  newPassword: string;

  static validate({ newPassword }: ChangePasswordDto): ValidationIssue[] {
    return newPasswordIssues('newPassword', newPassword);
  }
}
