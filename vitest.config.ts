import { defineConfig } from 'vitest/config';

/** Tests that leave their process as it was: their files share the modules that they load. */
const PLAIN = [
  'packages/{contracts,dashboard,evidence,executions,forecast,hooks,task-analysis,task-rules}/test/**/*.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'plain', include: PLAIN, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: [
            '{packages,services}/*/test/**/*.test.ts',
            'tests/{architecture,e2e,security}/**/*.test.ts',
          ],
          exclude: PLAIN,
        },
      },
    ],
    // Real processes on few cores: generous, and only there to end what hangs; longer than a wait of the testkit, which
    // can say what it waited for.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 3,
    reporters: ['default', './packages/testkit/src/closing-line.ts'],
  },
});
