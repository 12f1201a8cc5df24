import { describe, expect, it } from '@jest/globals';
import { actionsMatching, auditActions } from './audit-action.js';

describe('the actions of the audit log', () => {
  it('are what happened to what, each once', () => {
    for (const action of auditActions) expect(action).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
    expect(new Set(auditActions).size).toBe(auditActions.length);
  });

  it('fit their column', () => {
    for (const action of auditActions) expect(action.length).toBeLessThanOrEqual(60);
  });
});

describe('actionsMatching()', () => {
  it('finds an action by its name', () => {
    for (const action of auditActions) expect(actionsMatching(action)).toEqual([action]);
  });

  it('finds all of a resource, and of no other whose name begins with it', () => {
    expect(actionsMatching('api-key.*')).toEqual([
      'api-key.created',
      'api-key.updated',
      'api-key.rotated',
      'api-key.disabled',
      'api-key.enabled',
      'api-key.revoked',
      'api-key.used-after-revocation',
      'api-key.used-while-disabled',
      'api-key.address-refused',
    ]);
    expect(actionsMatching('api.*')).toEqual([]);
  });

  it.each(['', '*', '.*', 'api-key', 'api-key.', 'api-key.c*', '*.created', 'API-KEY.*', 'fly.*'])(
    'finds nothing for %p',
    (pattern) => expect(actionsMatching(pattern)).toEqual([]),
  );
});
