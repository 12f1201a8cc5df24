import { AccountDto } from '../accounts/account.dto.js';
import { TeamDto } from '../teams/team.dto.js';
import type { Session } from './session.entity.js';

/** Somebody signed in: the token to send from now on. */
export class SignedInDto {
  /**
   * The session token to send as `Authorization: Bearer`. It ends 12 hours after its last use, and 30 days after sign-in.
   * @example "pulse_ses_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg3dYqk1"
   */
  token: string;
  /** When it ends even if it is used. */
  expiresAt: Date;
  user: AccountDto;
  /** The team that requests with this token are about. */
  team: TeamDto;
}

export class SessionDto {
  /** @example "ses_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** Whether it is the session of this request. */
  current: boolean;
  /** @example "team_01jd8x0000f3b9s0d2m8c5p1rk" */
  teamId: string;
  /**
   * Null where it is not known: see `TRUSTED_PROXIES`.
   * @example "203.0.113.7"
   */
  ip: string | null;
  /** @example "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0" */
  userAgent: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;

  static from(
    { id, teamId, ip, userAgent, createdAt, lastUsedAt, expiresAt }: Session,
    currentId: string | null,
  ): SessionDto {
    return Object.assign(new SessionDto(), {
      id,
      current: id === currentId,
      teamId,
      ip: ip || null,
      userAgent,
      createdAt,
      lastUsedAt,
      expiresAt,
    });
  }
}

export class SessionPageDto {
  data: SessionDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}
