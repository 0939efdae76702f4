import { Settings } from '@cc-executor/service-kit';
import type { z } from 'zod';

/** What a worker is set by. */
export const workerSettings = Settings.pick({
  CC_EXECUTOR_DATA_DIR: true,
  CC_EXECUTOR_WORKSPACES_DIR: true,
  CC_EXECUTOR_KEYS_DIR: true,
  CC_EXECUTOR_SIGNER_SOCKET: true,
  REDIS_URL: true,
  CC_EXECUTOR_CONCURRENCY: true,
  CC_EXECUTOR_AGENT_MEMORY: true,
  CC_EXECUTOR_SHELL: true,
  CC_EXECUTOR_CLAUDE: true,
  CC_EXECUTOR_TRY_CREDENTIAL: true,
  ALLOWED_COMMANDS: true,
  CC_EXECUTOR_MAX_PROMPT_TOKENS: true,
  CC_EXECUTOR_TASK_TIMEOUT: true,
  STREAM_TIMEOUT: true,
  CC_EXECUTOR_EARLY_LOSSES: true,
  CC_EXECUTOR_TEMP_BYTES: true,
  CC_EXECUTOR_BACKGROUND_WAIT: true,
  CC_EXECUTOR_LEAVE_OUT: true,
  CC_EXECUTOR_PAUSE_HOLD: true,
  CC_EXECUTOR_MAX_WAIT: true,
  CC_EXECUTOR_PROBE_INTERVAL: true,
  CC_EXECUTOR_CREDENTIAL_RETRY: true,
  CC_EXECUTOR_DRAIN: true,
  CC_EXECUTOR_ARCHIVE_AFTER: true,
  CC_EXECUTOR_KEEP_DAYS: true,
  CC_EXECUTOR_KEEP_EXECUTIONS: true,
  MAX_BUFFER_SIZE: true,
  CC_EXECUTOR_EXECUTION_BUFFER: true,
  CC_EXECUTOR_TOTAL_BUFFER: true,
  CC_EXECUTOR_HOOKS_DIR: true,
  CC_EXECUTOR_BUILT_IN_HOOKS: true,
  LOG_LEVEL: true,
}).required({ REDIS_URL: true });
export type WorkerConfig = z.output<typeof workerSettings>;
