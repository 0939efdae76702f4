import type { Agent } from '@cc-executor/agents';
import type { Signer } from '@cc-executor/evidence';
import type { WorkspaceScanner } from '@cc-executor/evidence/workspace';
import type { AttemptFiles, EvidenceFiles } from '@cc-executor/executions-files';
import type {
  EventLog,
  ExecutionRecord,
  ExecutionStore,
  OutputReader,
  History,
  OutputAddress,
  RunStatistics,
  Suspects,
  WakeUps,
  WorkspaceOf,
} from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import type { SnapshotStores } from '@cc-executor/workspaces';
import type { Sandbox } from './attempts/box-of.ts';
import type { GitReader } from './evidence/git-reader.ts';
import type { OpenRepository } from './evidence/run-repository.ts';
import type { Machine } from './machine/machine.ts';
import type { Credential } from './credential/credential.ts';
import type { ModelReach } from './credential/model-reach.ts';
import type { PortSlots } from './port-slots.ts';
import type { Slots } from './slots.ts';
import type { HookSet } from './hooks/hook-set.ts';
import type { Leases } from './ownership/leases.ts';

/** The ports of running executions. */
export interface RunPorts {
  /** This worker's name. */
  worker: string;
  store: ExecutionStore;
  log: Pick<EventLog, 'page'>;
  history: Pick<History, 'add' | 'complete'>;
  /** Statistics of earlier runs, for predictions; impatient. */
  statistics: RunStatistics;
  wakeUps: WakeUps;
  machine: Pick<Machine, 'follow'>;
  leases: Leases;
  agents: Readonly<Record<Agent['name'], Agent>>;
  /** The credential of its agents. */
  credential: Credential;
  /** Whether they reach the model. */
  reach: ModelReach;
  /** Returns the path of an execution's workspace, and creates it if it is missing. Throws WORKSPACE_INVALID. */
  prepareWorkspace: (of: WorkspaceOf) => Promise<string>;
  /** Scans workspaces before and after attempts. */
  scanner: WorkspaceScanner;
  git: GitReader;
  openRepository: OpenRepository;
  /** Returns the folder of what is kept of an execution's workspace. */
  keptFolder: (of: { execution_id: string; uuid: string | null }) => string;
  /** Snapshots of workspaces before and after attempts; null: none are taken. */
  snapshots: SnapshotStores | null;
  /** Returns the folder of the copies in which tasks work that run at the same time. */
  copiesOf: (record: Pick<ExecutionRecord, 'isolation'>) => string;
  /** How many agents and commands run here at the same time. */
  slots: Slots;
  /** Ranges of ports for tasks that run at the same time. */
  portSlots: PortSlots;
  /** Writes receipts. */
  evidence: EvidenceFiles;
  /** Signs them. */
  signer: Signer;
  openFiles: (attempt: Omit<OutputAddress, 'stream'>, onError: (error: Error) => void) => AttemptFiles;
  outputs: {
    /** Returns the size of an output so far, in bytes. */
    size: (address: OutputAddress) => Promise<number>;
    /** Returns its start, like OutputReader. */
    start: OutputReader['start'];
    /** Returns the path of its file, for other programs on this machine. */
    path: (address: OutputAddress) => string;
  };
  /** How the processes of a task are found. */
  processes: 'cgroup' | 'group and mark';
  /**
   * Ends what a worker with a lower generation left running of an execution on this machine. Returns how a log names it.
   * Rejects if `signal` aborts before that is known.
   */
  endLeftovers: (record: ExecutionRecord, generation: number, signal: AbortSignal) => Promise<string[]>;
  /** How it starts containers. */
  sandbox: Sandbox;
  /** The largest number of tokens of a prompt, by an estimate. */
  maxPromptTokens: number;
  suspects: Suspects;
  /** How many times in a row a task may lose its worker soon after its start before it fails. */
  earlyLosses: number;
  /** The default timeout of tasks, in seconds. */
  taskTimeout: number;
  /** Seconds. */
  silenceTimeout: number;
  /** The longest wait of a task for the model, in milliseconds. */
  maxWait: number;
  /** How long a paused prompt keeps its process, in seconds. */
  pauseHold: number;
  /** The limit of an attempt's temporary files, in bytes. */
  tempBytes: number;
  /** Null: none. */
  hooks: HookSet | null;
  logger: Logger;
}
