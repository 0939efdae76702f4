import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,services}/*/test/**/*.test.ts', 'tests/{architecture,e2e,security}/**/*.test.ts'],
    // Real processes on few cores: generous, and only there to end what hangs; longer than a wait of the testkit, which
    // can say what it waited for.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 3,
    reporters: ['default', './packages/testkit/src/closing-line.ts'],
  },
});
