import type { AgentProbe, AuthStatus, Health, HookStatus } from '@cc-executor/contracts';
import type { PlanReading } from '@cc-executor/forecast';
import type { Lane } from '../record.ts';

/** The announcement of a worker. */
export interface WorkerReport {
  worker: string;
  host: string;
  pid: number;
  version: string;
  /** When it started; RFC 3339. */
  since: string;
  /** The number of agents that all workers of the same scope may run together. */
  budget: { scope: string; agents: number };
  lanes: Record<Lane, { slots: number; running: number }>;
  /** True if it runs as root, which may not bypass permissions. */
  as_root: boolean;
  auth: AuthStatus;
  /** The known limits of its credential's plan. */
  plan?: readonly PlanReading[];
  machine?: {
    /** The load average per processor. */
    load_per_core: number;
    /** The share of its processors' time that was used since the last report, from 0 to 1; null: not known yet. */
    cpu_busy: number | null;
    /** Available memory in bytes; null: not known yet. */
    available_memory: number | null;
    gpus: readonly { busy: number | null; memory_used: number | null; memory_total: number | null }[];
  };
  /** The memory in bytes that each further prompt needs; 0: memory is not checked. */
  agent_memory?: number;
  /** How it finds the processes of a task; absent in an earlier version. */
  processes?: 'cgroup' | 'group and mark';
  /** Its report about its agents; absent in an earlier version. */
  agents?: readonly AgentProbe[];
  /** Its hooks; absent if there are none. */
  hooks?: HookStatus;
}

/** The workers that are alive. */
export interface WorkerDirectory {
  announce(report: WorkerReport): Promise<void>;
  withdraw(worker: string): Promise<void>;
  list(): Promise<WorkerReport[]>;
}

export type HealthCheck = Health['checks'][string];
