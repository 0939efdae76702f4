import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/docker/*.test.ts'],
    globalSetup: ['tests/docker/global-setup.ts'],
    // One engine, few cores: a file at a time, and time enough for containers to come and go.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 120_000,
    reporters: ['default', './packages/testkit/src/closing-line.ts'],
  },
});
