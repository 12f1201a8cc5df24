/**
 * Three projects share one set-up: `unit` is the pure specs beside the code, `e2e` everything that starts the
 * application or a database in the test's own process, `process` what takes a server in a process of its own.
 */
const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: 'tsconfig.json', diagnostics: false }],
  },
};

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/src/**/*.spec.ts',
        '<rootDir>/test/*.spec.ts',
        '<rootDir>/test/egress/*.spec.ts',
      ],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts', '<rootDir>/test/database/**/*.db-spec.ts'],
    },
    {
      ...shared,
      displayName: 'process',
      testMatch: ['<rootDir>/test/process/**/*.process-spec.ts'],
    },
  ],
  testTimeout: 30_000,
  // Modules of finished suites stay in memory, and slow down what comes after them: workers are begun anew.
  maxWorkers: 2,
  workerIdleMemoryLimit: '800MB',
};
