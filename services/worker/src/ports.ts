import type { Agent } from '@cc-executor/agents';
import type { Signer } from '@cc-executor/evidence';
import type { WorkspaceLooks } from '@cc-executor/evidence/workspace';
import type { AttemptFiles, EvidenceFiles } from '@cc-executor/executions-files';
import type {
  EventLog,
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
import type { GitReader } from './evidence/git-reader.ts';
import type { OpenRepository } from './evidence/run-repository.ts';
import type { Machine } from './machine/machine.ts';
import type { Credential } from './credential/credential.ts';
import type { ModelReach } from './credential/model-reach.ts';
import type { HookSet } from './hooks/hook-set.ts';
import type { Holds } from './ownership/holds.ts';

/** What running executions needs. */
export interface RunPorts {
  /** This worker's name. */
  worker: string;
  store: ExecutionStore;
  log: Pick<EventLog, 'page'>;
  history: Pick<History, 'add' | 'complete'>;
  /** Of earlier runs, from which times are predicted; impatient. */
  statistics: RunStatistics;
  wakeUps: WakeUps;
  machine: Pick<Machine, 'follow'>;
  holds: Holds;
  agents: Readonly<Record<Agent['name'], Agent>>;
  /** By which its agents work. */
  credential: Credential;
  /** Whether the model can be reached by them. */
  reach: ModelReach;
  /** Returns the path of an execution's workspace, which it makes if it is not there. Throws WORKSPACE_INVALID. */
  prepareWorkspace: (of: WorkspaceOf) => Promise<string>;
  /** Looks at workspaces before and after attempts. */
  looks: WorkspaceLooks;
  git: GitReader;
  openRepository: OpenRepository;
  /** Of workspaces, before and after attempts; null: none are taken. */
  snapshots: SnapshotStores | null;
  /** Where receipts are written. */
  evidence: EvidenceFiles;
  /** Who vouches for them. */
  signer: Signer;
  openFiles: (attempt: Omit<OutputAddress, 'stream'>, onError: (error: Error) => void) => AttemptFiles;
  outputs: {
    /** The size of an output so far, in bytes. */
    size: (address: OutputAddress) => Promise<number>;
    /** Its start, as OutputReader has it. */
    start: OutputReader['start'];
    /** Where its file is, for other programs on this machine. */
    path: (address: OutputAddress) => string;
  };
  /** By what the processes of a task are found. */
  processes: 'cgroup' | 'group and mark';
  /** Ends what a lost worker has left of an execution on this machine; gives the pids. */
  endLeftovers: (executionId: string) => Promise<number[]>;
  /** The most tokens of a prompt, by an estimate. */
  maxPromptTokens: number;
  suspects: Suspects;
  /** How often in a row a task may lose its worker soon after its start before it is given up. */
  earlyLosses: number;
  /** Seconds; for tasks without a timeout of their own. */
  taskTimeout: number;
  /** Seconds. */
  silenceTimeout: number;
  /** How long a task waits for the model at most, in milliseconds. */
  maxWait: number;
  /** How long a paused prompt keeps its process, in seconds. */
  pauseHold: number;
  /** The most room that the temporary files of an attempt may take, in bytes. */
  tempBytes: number;
  /** Null: there are none. */
  hooks: HookSet | null;
  logger: Logger;
}
