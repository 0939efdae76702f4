import { Settings } from '@cc-executor/service-kit';
import type { z } from 'zod';

/** The settings of the API. */
export const apiSettings = Settings.pick({
  CC_EXECUTOR_HOST: true,
  CC_EXECUTOR_KEYLESS: true,
  CC_EXECUTOR_ASK_FOR_KEY: true,
  CC_EXECUTOR_API_PORT: true,
  CC_EXECUTOR_API_KEY: true,
  CC_EXECUTOR_ALLOWED_HOSTS: true,
  CC_EXECUTOR_ALLOWED_ORIGINS: true,
  CC_EXECUTOR_DATA_DIR: true,
  CC_EXECUTOR_WORKSPACES_DIR: true,
  CC_EXECUTOR_LEAVE_OUT: true,
  CC_EXECUTOR_SNAPSHOT_FILE_BYTES: true,
  CC_EXECUTOR_SNAPSHOT_BYTES: true,
  CC_EXECUTOR_KEYS_DIR: true,
  CC_EXECUTOR_SIGNER_SOCKET: true,
  CC_EXECUTOR_REPOSITORIES: true,
  REDIS_URL: true,
  CC_EXECUTOR_ISOLATION: true,
  CC_EXECUTOR_MIN_ISOLATION: true,
  CC_EXECUTOR_LAUNCHER_SOCKET: true,
  CC_EXECUTOR_SANDBOX_HOSTS: true,
  ALLOWED_COMMANDS: true,
  CC_EXECUTOR_MAX_PROMPT_TOKENS: true,
  CC_EXECUTOR_NESTING_DEPTH: true,
  CC_EXECUTOR_NESTED_EXECUTIONS: true,
  LOG_LEVEL: true,
}).required({ REDIS_URL: true });
export type ApiConfig = z.output<typeof apiSettings>;
