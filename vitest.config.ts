import { defineConfig } from 'vitest/config';
import { compileCacheEnv } from './packages/service-kit/src/config/compile-cache.ts';

/**
 * Tests that change their own process, such as its environment or its clock, or that look at its memory, its timers or its
 * children: each file has a process of its own. So has the one of packages, whose tools need another loader.
 */
const APART = [
  'packages/agents/test/launch/{ahead,guardian}.test.ts',
  'packages/executions-redis/test/clocks.test.ts',
  'packages/sdk/test/{environment,give-up,installation-key}.test.ts',
  'packages/service-kit/test/{recent,within}.test.ts',
  'packages/workspaces/test/store.test.ts',
  'services/worker/test/run-tasks.test.ts',
  'tests/e2e/packages.test.ts',
  'tests/security/{evidence,task-files}.test.ts',
];

/** Files share the modules that they load; Node loads them as in production, from what was compiled before. */
const TOGETHER = {
  isolate: false,
  experimental: { viteModuleRunner: false, nodeLoader: false },
  env: compileCacheEnv(),
};
/** What takes longest. Projects run in the order of their names: at the end short files keep all cores busy. */
const STACKS = ['packages/cli/test/**/*.test.ts', 'tests/{e2e,security}/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'apart', include: APART } },
      { extends: true, test: { ...TOGETHER, name: 'stacks', include: STACKS, exclude: APART } },
      {
        extends: true,
        test: {
          ...TOGETHER,
          name: 'units',
          include: ['{packages,services}/*/test/**/*.test.ts', 'tests/architecture/**/*.test.ts'],
          exclude: [...APART, ...STACKS],
        },
      },
    ],
    // Real processes on few cores: generous, and only there to end what hangs; longer than a wait of the testkit, which
    // can say what it waited for.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 4,
    reporters: ['default', './packages/testkit/src/closing-line.ts'],
  },
});
