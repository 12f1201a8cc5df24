import { Ability, allAbilities, missingAbilities } from '../auth/ability.js';

/** Everything the creator may give, at the moment of creation. */
export const ALL_ABILITIES = '*';

/** Who creates a key: what they may do, and whether they are themselves a key. */
export interface Creator {
  readonly abilities: ReadonlySet<Ability>;
  readonly isKey: boolean;
}

const isGrantable = (creator: Creator, ability: Ability): boolean =>
  creator.abilities.has(ability) && !(creator.isKey && ability === Ability.ApiKeysWrite);

/**
 * The concrete abilities a new key gets for `requested`. `*` becomes what the creator can give now, so
 * that no key gains an ability that is invented later.
 */
export function expandAbilities(
  creator: Creator,
  requested: ReadonlyArray<Ability | typeof ALL_ABILITIES>,
): Ability[] {
  const wanted = new Set(requested);
  return allAbilities.filter(
    (ability) => wanted.has(ability) || (wanted.has(ALL_ABILITIES) && isGrantable(creator, ability)),
  );
}

/** What of `abilities` the creator cannot give: what it lacks itself, and from a key the ability to make keys. */
export const exceedingAbilities = (creator: Creator, abilities: readonly Ability[]): Ability[] =>
  creator.isKey
    ? abilities.filter((ability) => !isGrantable(creator, ability))
    : missingAbilities(creator.abilities, abilities);
