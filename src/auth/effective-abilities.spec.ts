import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Ability, allAbilities, isReading } from './ability.js';
import { effectiveAbilities } from './effective-abilities.js';
import { Role, roleAbilities } from './role.js';

const role = fc.constantFrom(...Object.values(Role));
const abilities = fc.subarray([...allAbilities]);
const keyAbilities = fc.option(abilities);
const isSubset = (a: ReadonlySet<Ability>, b: ReadonlySet<Ability>) => [...a].every((one) => b.has(one));

describe('what a caller may do', () => {
  it('is never more than its role may', () => {
    fc.assert(
      fc.property(role, fc.boolean(), keyAbilities, (role, readOnly, keyAbilities) =>
        isSubset(effectiveAbilities({ role, readOnly, keyAbilities }), roleAbilities[role]),
      ),
    );
  });

  it('is never more than its key holds', () => {
    fc.assert(
      fc.property(role, fc.boolean(), abilities, (role, readOnly, keyAbilities) =>
        isSubset(effectiveAbilities({ role, readOnly, keyAbilities }), new Set(keyAbilities)),
      ),
    );
  });

  it('is all that both the role and the key have', () => {
    fc.assert(
      fc.property(role, abilities, (role, keyAbilities) => {
        const both = keyAbilities.filter((ability) => roleAbilities[role].has(ability));
        expect(effectiveAbilities({ role, readOnly: false, keyAbilities })).toEqual(new Set(both));
      }),
    );
  });

  it('is for a session all that the role has', () => {
    fc.assert(
      fc.property(role, (role) => {
        expect(effectiveAbilities({ role, readOnly: false, keyAbilities: null })).toEqual(
          roleAbilities[role],
        );
      }),
    );
  });

  it('is only to read where the plan leaves no more', () => {
    fc.assert(
      fc.property(role, keyAbilities, (role, keyAbilities) => {
        const free = effectiveAbilities({ role, readOnly: false, keyAbilities });
        const bound = effectiveAbilities({ role, readOnly: true, keyAbilities });
        expect(bound).toEqual(new Set([...free].filter(isReading)));
      }),
    );
  });

  it('never grows when the role shrinks', () => {
    const order = [Role.Viewer, Role.Member, Role.Admin, Role.Owner];
    fc.assert(
      fc.property(fc.nat(3), fc.nat(3), fc.boolean(), keyAbilities, (a, b, readOnly, keyAbilities) => {
        const of = (rank: number) => effectiveAbilities({ role: order[rank]!, readOnly, keyAbilities });
        return isSubset(of(Math.min(a, b)), of(Math.max(a, b)));
      }),
    );
  });
});
