import { Settings } from '@cc-executor/service-kit';
import type { z } from 'zod';

/** The settings of egress. */
export const egressSettings = Settings.pick({
  CC_EXECUTOR_EGRESS_SOCKET: true,
  CC_EXECUTOR_SANDBOX_HOSTS: true,
  CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS: true,
  CC_EXECUTOR_SANDBOX_REFUSED_NETWORKS: true,
  CC_EXECUTOR_SANDBOX_PROXY: true,
  CC_EXECUTOR_SANDBOX_TRAFFIC: true,
  LOG_LEVEL: true,
}).required({ CC_EXECUTOR_EGRESS_SOCKET: true });
export type EgressConfig = z.output<typeof egressSettings>;
