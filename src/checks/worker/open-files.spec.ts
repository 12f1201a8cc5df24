import { describe, expect, it } from '@jest/globals';
import { openFilesLimit } from './open-files.js';

describe('openFilesLimit', () => {
  it('is the soft limit', () => {
    expect(
      openFilesLimit(() => 'Max processes 1 1\nMax open files            1024                 4096  files\n'),
    ).toBe(1024);
  });

  it('is null where there is none', () => {
    expect(
      openFilesLimit(() => 'Max open files            unlimited            unlimited            files\n'),
    ).toBeNull();
  });

  it('is null where the system does not tell', () => {
    const read = () => {
      throw new Error('ENOENT');
    };
    expect(openFilesLimit(read)).toBeNull();
  });
});
