import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,services}/*/test/**/*.test.ts', 'tests/{architecture,e2e}/**/*.test.ts'],
    // Real processes on few cores: generous, and only there to end what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', './packages/testkit/src/closing-line.ts'],
  },
});
