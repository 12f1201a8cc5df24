import { type Ability, isReading } from './ability.js';
import { type Role, roleAbilities } from './role.js';

/** What decides what a caller may do. */
export interface AbilityInputs {
  readonly role: Role;
  /** A member beyond the plan's limit may only read. */
  readonly readOnly: boolean;
  /** The abilities of the key, or null for a session, which has all. */
  readonly keyAbilities: readonly Ability[] | null;
}

/** What a caller may do: the abilities of its key that its role has now and the plan leaves it now. */
export function effectiveAbilities({ role, readOnly, keyAbilities }: AbilityInputs): ReadonlySet<Ability> {
  const ofRole = roleAbilities[role];
  if (keyAbilities === null && !readOnly) return ofRole;
  const effective = new Set<Ability>();
  for (const ability of keyAbilities ?? ofRole) {
    if (ofRole.has(ability) && (!readOnly || isReading(ability))) effective.add(ability);
  }
  return effective;
}
