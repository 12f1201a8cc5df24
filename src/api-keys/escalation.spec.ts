import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Ability, allAbilities } from '../auth/ability.js';
import { effectiveAbilities } from '../auth/effective-abilities.js';
import { Role } from '../auth/role.js';
import { type Creator, ALL_ABILITIES, exceedingAbilities, expandAbilities } from './escalation.js';

const abilities = fc.subarray([...allAbilities]);
const wanted = fc.subarray<Ability | typeof ALL_ABILITIES>([...allAbilities, ALL_ABILITIES], {
  minLength: 1,
});
const creator = fc.record({
  abilities: abilities.map((list) => new Set(list)),
  isKey: fc.boolean(),
}) as fc.Arbitrary<Creator>;

/** What a key gets that `creator` asks for with `requested`, or null where it is refused. */
function granted(creator: Creator, requested: Array<Ability | typeof ALL_ABILITIES>): Ability[] | null {
  const expanded = expandAbilities(creator, requested);
  return exceedingAbilities(creator, expanded).length > 0 ? null : expanded;
}

describe('a key that is granted', () => {
  it('never has more than its maker', () => {
    fc.assert(
      fc.property(creator, wanted, (creator, requested) =>
        (granted(creator, requested) ?? []).every((ability) => creator.abilities.has(ability)),
      ),
      { numRuns: 1_000 },
    );
  });

  it('never makes keys when a key made it', () => {
    fc.assert(
      fc.property(creator, wanted, (creator, requested) => {
        fc.pre(creator.isKey);
        return !(granted(creator, requested) ?? []).includes(Ability.ApiKeysWrite);
      }),
    );
  });

  it('has what was asked for, neither less nor, but for *, more', () => {
    fc.assert(
      fc.property(creator, wanted, (creator, requested) => {
        fc.pre(!requested.includes(ALL_ABILITIES));
        const abilities = granted(creator, requested);
        fc.pre(abilities !== null);
        expect(new Set(abilities)).toEqual(new Set(requested));
      }),
    );
  });

  it('is never weaker for what its maker gains later', () => {
    fc.assert(
      fc.property(creator, abilities, wanted, (creator, more, requested) => {
        fc.pre(!requested.includes(ALL_ABILITIES) && granted(creator, requested) !== null);
        const stronger = { ...creator, abilities: new Set([...creator.abilities, ...more]) };
        expect(granted(stronger, requested)).toEqual(granted(creator, requested));
      }),
    );
  });
});

describe('a chain of keys', () => {
  it('never gets stronger, from a person of any role on', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(Role)),
        fc.array(wanted, { maxLength: 5 }),
        (role, chain) => {
          let maker: Creator = {
            abilities: effectiveAbilities({ role, readOnly: false, keyAbilities: null }),
            isKey: false,
          };
          for (const requested of chain) {
            const keyAbilities = granted(maker, requested);
            if (keyAbilities === null) continue;
            const abilities = effectiveAbilities({ role, readOnly: false, keyAbilities });
            expect([...abilities].filter((ability) => !maker.abilities.has(ability))).toEqual([]);
            maker = { abilities, isKey: true };
          }
        },
      ),
    );
  });
});

describe('*', () => {
  it('stands for all that the maker can give, and is never refused by itself', () => {
    fc.assert(
      fc.property(creator, (creator) => {
        const givable = [...creator.abilities].filter(
          (ability) => !(creator.isKey && ability === Ability.ApiKeysWrite),
        );
        expect(new Set(granted(creator, [ALL_ABILITIES]))).toEqual(new Set(givable));
      }),
    );
  });

  it('covers no other ability that is asked for beside it', () => {
    const weak = { abilities: new Set([Ability.MonitorsRead]), isKey: false };
    expect(exceedingAbilities(weak, expandAbilities(weak, [ALL_ABILITIES, Ability.TeamDelete]))).toEqual([
      Ability.TeamDelete,
    ]);
  });

  it('is nothing in what is stored', () => {
    fc.assert(
      fc.property(creator, wanted, (creator, requested) =>
        expandAbilities(creator, requested).every((ability) => allAbilities.includes(ability)),
      ),
    );
  });
});
