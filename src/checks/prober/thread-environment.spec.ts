import { describe, expect, it } from '@jest/globals';
import { threadEnvironment } from './thread-environment.js';

describe('threadEnvironment()', () => {
  it('hands on which authorities are trusted, and nothing else', () => {
    const env = { APP_SECRET: 'x', PATH: '/bin', NODE_EXTRA_CA_CERTS: '/ca.pem', NODE_USE_SYSTEM_CA: '1' };
    expect(threadEnvironment(env)).toEqual({ NODE_EXTRA_CA_CERTS: '/ca.pem', NODE_USE_SYSTEM_CA: '1' });
    expect(threadEnvironment({ NODE_OPTIONS: '--use-bundled-ca', NODE_USE_SYSTEM_CA: '0' })).toEqual({});
  });

  it('hands on that NODE_OPTIONS has the authorities of the system trusted', () => {
    const env = { NODE_OPTIONS: '--max-http-header-size=20000 --use-system-ca' };
    expect(threadEnvironment(env)).toEqual({ NODE_USE_SYSTEM_CA: '1' });
  });
});
