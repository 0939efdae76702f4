import { taskAt } from '@cc-executor/contracts/task-numbers';
import type { AgentTask, AgentInput } from '@cc-executor/agents';
import {
  LIMITS,
  type AttemptEnd,
  type GitChanges,
  type KeptFile,
  type Receipt,
  type WorkspaceChanges,
} from '@cc-executor/contracts';
import { LAYOUT, makeReceipt, makeResponse, ToolCalls, type ResponseInput } from '@cc-executor/evidence';
import {
  runsApart,
  workBefore,
  type ExecutionRecord,
  type ExecutionState,
  type OutputAddress,
  type OutputReader,
  type TaskRecord,
} from '@cc-executor/executions';
import type { AttemptFiles, EvidenceFiles } from '@cc-executor/executions-files';
import type { Lease } from '../ownership/leases.ts';
import { notLookedAt } from './extra-dirs.ts';
import type { PreparedWorkspace } from './run-evidence.ts';
import type { RunSnapshots, TakenSnapshot } from './run-snapshots.ts';

export interface AttemptEvidencePorts {
  evidence: Pick<EvidenceFiles, 'writeReceipt'>;
  outputs: Pick<OutputReader, 'start'>;
}

/** The attempt, and its owner. */
export interface About {
  record: ExecutionRecord;
  state: Pick<ExecutionState, 'summary' | 'tasks'>;
  lease: Pick<Lease, 'generation' | 'interruption'>;
  task: TaskRecord;
  /** Both count from 1. */
  place: { task: number; attempt: number };
  session: AgentTask['session'];
}

/** Collects the evidence of one attempt while it runs, and writes its receipt when it has ended. */
export class AttemptEvidence {
  readonly toolCalls = new ToolCalls();
  /** The input of the agent; null: it has not started. */
  given: AgentInput | null = null;
  /** True once an agent of the attempt has started, its own or one beside it. */
  hasStarted = false;
  readonly #ports: AttemptEvidencePorts;
  readonly #about: About;
  readonly #prepared: PreparedWorkspace | null;
  readonly #startedAt = new Date().toISOString();
  #changes: WorkspaceChanges | null = null;
  #git: GitChanges | null = null;

  /** `stage`: the workspace before the attempt; null: it could not be prepared. */
  constructor(ports: AttemptEvidencePorts, about: About, prepared: PreparedWorkspace | null) {
    this.#ports = ports;
    this.#about = about;
    this.#prepared = prepared;
  }

  /** The changes in the workspace by the last scan; null: unknown. */
  get changes(): WorkspaceChanges | null {
    return this.#changes;
  }

  /** Scans the workspace again, and returns what changed since the attempt started; null: unknown. */
  async lookAgain(): Promise<WorkspaceChanges | null> {
    const baseline = this.#prepared?.baseline;
    if (!baseline) return null;
    [this.#changes, this.#git] = await Promise.all([baseline.changes(), baseline.gitChanges()]);
    return this.#changes;
  }

  /**
   * Scans the workspace for the last time, and takes the snapshot after the attempt. Call it when nothing
   * runs there any more. Never rejects.
   */
  async leave(snapshots: Pick<RunSnapshots, 'take'>): Promise<TakenSnapshot> {
    // A check or a hook since the last scan may have changed something too.
    await this.lookAgain();
    // If another worker has the lease, it would not be of this attempt.
    if (!this.#prepared || this.#about.lease.interruption === 'lost') return { event: null, warning: null };
    const { workspace, baseline } = this.#prepared;
    return await snapshots.take(workspace, baseline.scan, { ...this.#about.place, when: 'after' });
  }

  /**
   * Writes the response file and the receipt of the attempt, whose outputs are closed. Returns the receipt's hash. `result`:
   * all of it. Throws if the write fails, and if another worker has the execution: what that one found
   * and reported about the attempt must stay.
   */
  async write(end: Omit<AttemptEnd, 'receipt'>, result: string | null, files: AttemptFiles): Promise<string> {
    const { record, state, task, place, session } = this.#about;
    const ended_at = new Date().toISOString();
    const names = { execution_id: record.execution_id, execution_uuid: record.uuid, ...place };
    const answered = { ...names, text: task.text, ended_at, end };
    const [response, extra_dirs] = await Promise.all([
      this.#respond(answered, files),
      this.#prepared?.baseline.extraDirs.changes() ??
        notLookedAt(task.options.extra_dirs, 'it did not begin'),
    ]);
    const { generation } = this.#about.lease;
    const known = {
      ...names,
      kind: task.kind,
      name: task.name,
      agent: task.agent,
      text: task.text,
      sent: this.given,
      session: session && { id: session.id, resumed: session.resumed },
      started_at: this.#startedAt,
      ended_at,
      end,
      result,
      tool_calls: this.toolCalls.list,
      tool_calls_beyond: this.toolCalls.beyond,
      files: [...(await files.kept()), response],
      workspace: this.#changes,
      extra_dirs,
      git: this.#git,
      begins_with: this.#beginsWith,
      chain: state.summary.evidence,
    };
    const receipt = makeReceipt(known, generation);
    this.#refuseLost();
    this.#ports.evidence.writeReceipt(this.#address, generation, receipt);
    return receipt.sha256;
  }

  async #respond(answered: Omit<ResponseInput, 'output'>, files: AttemptFiles): Promise<KeptFile> {
    const { stdout_bytes, stderr_bytes } = answered.end;
    const { text, sha256 } = makeResponse({
      ...answered,
      output: {
        stdout: await this.#start('stdout', stdout_bytes),
        stderr: await this.#start('stderr', stderr_bytes),
      },
    });
    this.#refuseLost();
    files.put(LAYOUT.response, text);
    return { name: LAYOUT.response, bytes: Buffer.byteLength(text), sha256 };
  }

  async #start(stream: OutputAddress['stream'], bytes: number) {
    if (bytes === 0) return { text: '', isWhole: true };
    const address = { ...this.#address, stream };
    const { text, totalBytes } = await this.#ports.outputs.start(address, LIMITS.resultBytes);
    return { text, isWhole: totalBytes <= LIMITS.resultBytes };
  }

  #refuseLost(): void {
    if (this.#about.lease.interruption === 'lost') throw new Error('another worker holds the execution now');
  }

  /** The tasks whose work it began with: they had settled before it, so that this is the same at its end. */
  get #beginsWith(): Receipt['begins_with'] {
    const { record, state, place } = this.#about;
    if (!runsApart(record)) return undefined;
    return workBefore(record.tasks, state.tasks, place.task).map((task) => ({
      task,
      receipt: taskAt(state.tasks, task)?.receipts.at(-1) ?? null,
    }));
  }

  get #address(): Omit<OutputAddress, 'stream'> {
    return { executionId: this.#about.record.execution_id, ...this.#about.place };
  }
}
