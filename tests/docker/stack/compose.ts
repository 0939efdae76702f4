import { join } from 'node:path';
import type { RunOptions } from '../run.ts';

export const TAG = 'test';

/** Not the images' default, so that the setting is what decides; a developer's own number, so that they can clean up. */
export const USER_ID = process.getuid?.() === 0 ? 1234 : (process.getuid?.() ?? 1234);
export const GROUP_ID = process.getuid?.() === 0 ? 1235 : (process.getgid?.() ?? 1235);

export interface ComposeSetup {
  host: string;
  compose: string[];
  /** The client that builds with secrets. */
  docker: string;
  /** Whether the engine was started for this run alone. */
  isOwn: boolean;
  buildNetwork: 'default' | 'host';
  /** Where docker-compose.yml lies. */
  folder: string;
  baseImage: string;
  redisImage: string;
}

export interface ComposeRun {
  project: string;
  /** Further files, relative to the folder. */
  files?: readonly string[];
  env?: Record<string, string>;
}

/** The compose command with the project's files, and the environment that a user would give it. */
export function composeCommand(
  setup: ComposeSetup,
  { project, files = [], env = {} }: ComposeRun,
): { command: string[]; options: RunOptions & { env: Record<string, string> } } {
  const all = ['docker-compose.yml', 'tests/docker/compose.test.yml', ...files];
  return {
    command: [...setup.compose, '-p', project, ...all.flatMap((file) => ['-f', join(setup.folder, file)])],
    options: {
      cwd: setup.folder,
      env: {
        DOCKER_HOST: setup.host,
        BUILD_NETWORK: setup.buildNetwork,
        CC_EXECUTOR_IMAGE_TAG: TAG,
        CC_EXECUTOR_NODE_IMAGE: setup.baseImage,
        CC_EXECUTOR_REDIS_IMAGE: setup.redisImage,
        CC_EXECUTOR_UID: String(USER_ID),
        CC_EXECUTOR_GID: String(GROUP_ID),
        ...env,
      },
    },
  };
}
