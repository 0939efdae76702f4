import { defineConfig } from 'vitest/config';
import { compileCacheEnv } from '../../packages/service-kit/src/config/compile-cache.ts';

/** End-to-end tests that run in containers as they do in processes. */
const SOME = 'pause prompts retries'.split(' ');
/**
 * The same, each night. Of the others, most start no task where containers matter, as those of the page; command-claude and
 * extra-dirs are about what a container has not. Not run in containers yet: examples flushed history nothing-committed output
 * process-names report repository-guide rewound secrecy surroundings tamper tools websocket workspaces.
 */
const MORE =
  `agent-budget agents amendments answers changes checks claims commands conversations every-agent evidence git-locks graph
graph-agents graph-random graph-recovery graph-repository hooks limits outages recovery repository rerun rerun-prompts restarts
restore retry-context signing snapshots warnings`.split(/\s+/);

const names = process.env['CC_TEST_NIGHTLY'] === '1' ? [...SOME, ...MORE] : SOME;

export default defineConfig({
  test: {
    include: ['tests/docker/*.test.ts', ...names.map((name) => `tests/e2e/${name}.test.ts`)],
    globalSetup: ['tests/docker/global-setup.ts'],
    // As vitest.config.ts.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    env: compileCacheEnv(),
    // One engine, few cores: a file at a time, and time enough for containers to come and go.
    fileParallelism: false,
    testTimeout: 300_000,
    // The first file that needs images builds them.
    hookTimeout: 1_200_000,
    teardownTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', './packages/testkit/src/closing-line.ts'],
  },
});
