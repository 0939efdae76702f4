import { Settings } from '@cc-executor/service-kit';
import type { z } from 'zod';

/** The settings of the launcher. */
export const launcherSettings = Settings.pick({
  CC_EXECUTOR_LAUNCHER_SOCKET: true,
  CC_EXECUTOR_WORKSPACES_DIR: true,
  CC_EXECUTOR_ENGINE: true,
  CC_EXECUTOR_EGRESS_SOCKET: true,
  CC_EXECUTOR_SANDBOX_IMAGES: true,
  CC_EXECUTOR_SANDBOX_MEMORY: true,
  CC_EXECUTOR_SANDBOX_CPUS: true,
  CC_EXECUTOR_SANDBOX_PIDS: true,
  CC_EXECUTOR_SANDBOX_TMP: true,
  CC_EXECUTOR_SANDBOX_DIRS: true,
  CC_EXECUTOR_SANDBOX_WAITING: true,
  LOG_LEVEL: true,
}).required({ CC_EXECUTOR_LAUNCHER_SOCKET: true });
export type LauncherConfig = z.output<typeof launcherSettings>;
