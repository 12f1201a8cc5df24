import { describe, expect, it } from '@jest/globals';
import { checkErrorSentences } from './check-errors.js';
import { checkErrors } from './probe-result.js';

describe('checkErrorSentences', () => {
  it.each(checkErrors)('says in one sentence what %s means', (error) => {
    expect(checkErrorSentences[error]).toMatch(/^[A-Z][^.]+\.$/);
  });
});
