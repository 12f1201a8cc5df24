import { IsIn, IsString, MaxLength } from 'class-validator';
import { Role } from '../auth/role.js';

export class MemberDto {
  static readonly observed = ['name', 'email', 'readOnly'];

  /** @example "usr_01jd8x0000e3vb6qk4mzt5w7ya" */
  userId: string;
  /** @example "Ada Lovelace" */
  name: string;
  /** @example "ada@example.com" */
  email: string;
  /** @example "admin" */
  role: Role;
  /**
   * Whether the member is beyond the number the plan includes and may only read.
   * @example false
   */
  readOnly: boolean;
  joinedAt: Date;

  static from({ userId, name, email, role, readOnly, joinedAt }: MemberDto): MemberDto {
    return Object.assign(new MemberDto(), { userId, name, email, role, readOnly, joinedAt });
  }
}

export class MemberPageDto {
  data: MemberDto[];
  /** Always null: a team's members are on one page. */
  nextCursor: string | null;
}

/** The roles that can be given. Ownership is transferred instead. */
export const grantableRoles = [Role.Admin, Role.Member, Role.Viewer] as const;

export class ChangeRoleDto {
  /** @example "viewer" */
  @IsIn(grantableRoles)
  role: (typeof grantableRoles)[number];
}

export class TransferOwnershipDto {
  /**
   * The member who becomes the owner. You become an admin.
   * @example "usr_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @MaxLength(40)
  @IsString()
  userId: string;
}
