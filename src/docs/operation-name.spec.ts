import { describe, expect, it } from '@jest/globals';
import { operationName, singular } from './operation-name.js';

describe('operationName()', () => {
  it('is the verb of the handler and the singular of the controller', () => {
    expect(operationName('ApiKeysController', 'create')).toBe('createApiKey');
  });

  it('has the plural for a list', () => {
    expect(operationName('ApiKeysController', 'list')).toBe('listApiKeys');
  });

  it('is the name of the handler where that has an object', () => {
    expect(operationName('AuthController', 'switchTeam')).toBe('switchTeam');
  });
});

describe('singular()', () => {
  it.each([
    ['Abilities', 'Ability'],
    ['AlertRules', 'AlertRule'],
    ['api-keys', 'api-key'],
    ['Access', 'Access'],
    ['Team', 'Team'],
  ])('turns %s into %s', (plural, expected) => {
    expect(singular(plural)).toBe(expected);
  });
});
