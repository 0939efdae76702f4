import { numbered } from '@cc-executor/contracts/task-numbers';
import { bareEnd, type AgentEnd } from '@cc-executor/agents';
import type { AttemptEnd, EventData, HookContext, HookStage } from '@cc-executor/contracts';
import type { EventToStore, ExecutionRecord, Recorder, TaskRecord } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import type { Lease } from '../ownership/leases.ts';
import { EventHooks } from './event-hooks.ts';
import type { HookSet } from './hook-set.ts';
import { metricsOf } from './metrics.ts';
import { runStage, type StageRun, type Stop } from './stage-run.ts';
import { workspaceVariables } from './workspace-path.ts';

export interface ExecutionHooksOptions {
  set: HookSet;
  record: ExecutionRecord;
  recorder: () => Recorder;
  lease: Lease;
  /** The absolute path of the execution's workspace, which exists. */
  workspace: () => Promise<string>;
  logger: Logger;
}

interface Place {
  task: number;
  attempt: number;
}

/** The folder and the attempt of a task. */
interface TaskPlace {
  cwd: string;
  /** Returns where programs are looked for there; null: that is not known. Default: where the worker looks. */
  searchPath?: () => Promise<string | null>;
}

type Totals = Omit<EventData<'execution.cancelled'>, 'evidence'>;

/** Runs the hooks of one execution while one worker has it. */
export class ExecutionHooks {
  readonly #options: ExecutionHooksOptions;
  readonly #events: EventHooks;
  /** Variables that hooks before the execution set for all its tasks. Kept only here: they may be secret. */
  #variables: Readonly<Record<string, string>> = {};

  constructor(options: ExecutionHooksOptions) {
    this.#options = options;
    const { set, record, workspace, logger } = options;
    this.#events = new EventHooks({ set, record, workspace, logger });
  }

  /** True if a fresh agent reviews what prompts change. */
  get reviews(): boolean {
    return this.#options.set.builtIn.has('review');
  }

  /** Receives stored events, the last of them as `head`; undefined if no hook wants them. */
  get onStored(): ((events: readonly EventToStore[], head: number, epoch: string) => void) | undefined {
    if (!this.#events.isWanted) return undefined;
    return (events, head, epoch) => this.#events.take(events, head, epoch);
  }

  /** Returns what prevents the execution from running; null: nothing. */
  async beforeExecution(continued: boolean): Promise<Stop | null> {
    const { record } = this.#options;
    const tasks = numbered(record.tasks).map(([number, task]) => hookTask(task, number));
    return await this.#run(
      'pre_execution',
      null,
      (about) => ({ ...about, tasks, continued }),
      (answer) => {
        const env = Object.entries(answer.env ?? {});
        if (env.length === 0) return null;
        this.#variables = { ...this.#variables, ...answer.env };
        return { env: env.map(([name]) => name), prompt: null };
      },
    );
  }

  /**
   * Returns what the agent gets of a task: the text after the hooks, and variables; or how the attempt ends instead. A
   * text that is not sent (`isResumed`: the conversation is resumed) is not changed.
   */
  async beforeTask(
    place: Place,
    { task, text: asked, isResumed }: { task: TaskRecord; text: string; isResumed: boolean },
    { cwd, searchPath }: TaskPlace,
  ): Promise<{ text: string; variables: Record<string, string> } | AgentEnd> {
    const { set } = this.#options;
    let text = asked;
    let variables = { ...this.#variables };
    if (set.builtIn.has('workspace')) {
      const path = async () =>
        variables['PATH'] ?? (searchPath === undefined ? set.searchPath : await searchPath());
      variables = { ...variables, ...(await workspaceVariables(cwd, path)) };
    }
    const stop = await this.#run(
      'pre_task',
      place,
      (about) => ({
        ...about,
        workspace: cwd,
        task: { ...hookTask(task, place.task), text },
        attempt: place.attempt,
      }),
      (answer) => {
        if (task.kind !== 'prompt' && answer.prompt !== undefined)
          return `Its answer can't be used: a ${task.kind} has no prompt.`;
        variables = { ...variables, ...answer.env };
        const env = Object.keys(answer.env ?? {});
        const sent = isResumed ? text : (answer.prompt ?? text);
        const prompt = sent === text ? null : { asked: text, sent };
        text = sent;
        return env.length === 0 && prompt === null ? null : { env, prompt };
      },
    );
    // If the attempt was stopped meanwhile, these are not used.
    return stop === null ? { text, variables } : bareEnd(stop.outcome, stop.message);
  }

  /** Returns why a successful attempt fails after all; null: it does not. */
  async afterTask(
    place: Place,
    task: TaskRecord,
    end: Omit<AttemptEnd, 'receipt'>,
    cwd: string,
  ): Promise<Stop | null> {
    return await this.#run('post_task', place, (about) => ({
      ...about,
      workspace: cwd,
      task: hookTask(task, place.task),
      attempt: place.attempt,
      end,
    }));
  }

  /** Returns why a successful execution fails after all; null: it does not. */
  async afterExecution(
    status: HookContext<'post_execution'>['status'],
    { completed_tasks, failed_tasks, not_run_tasks = 0, warned_tasks = 0, execution_time, cost_usd }: Totals,
  ): Promise<Stop | null> {
    const { set, recorder } = this.#options;
    if (set.builtIn.has('metrics'))
      await recorder().note({ type: 'hook.metrics', data: metricsOf(recorder().state) });
    const counts = { completed_tasks, failed_tasks, not_run_tasks, warned_tasks };
    const end = { status, ...counts, execution_time, cost_usd };
    return await this.#run('post_execution', null, (about) => ({ ...about, ...end }));
  }

  /** Resolves when the hooks have received all events, or their time is over. */
  async close(): Promise<void> {
    await this.#events.close();
  }

  async #run<S extends HookStage>(
    stage: S,
    place: Place | null,
    contextOf: (
      about: Pick<HookContext<S>, 'hook' | 'execution_id' | 'workspace' | 'total_tasks'> & { stage: S },
    ) => HookContext<S>,
    take?: StageRun<S>['take'],
  ): Promise<Stop | null> {
    const { set, record, recorder, lease, workspace } = this.#options;
    if (!set.definitions.some((hook) => hook.stage === stage)) return null;
    const { execution_id } = record;
    const folder = await workspace().catch(() => null);
    // Its tasks fail for that reason.
    if (folder === null) return null;
    const about = { execution_id, workspace: folder, total_tasks: record.tasks.length };
    const ending = new AbortController();
    const isAfter = stage.startsWith('post_');
    // What follows a cancel is a part of it.
    const unhook = lease.onInterruption((why) => {
      if (!isAfter || why !== 'cancelled') ending.abort();
    });
    try {
      return await runStage({
        set,
        stage,
        executionId: execution_id,
        place,
        recorder: recorder(),
        contextOf: (hook) => contextOf({ ...about, hook, stage }),
        signal: ending.signal,
        take,
      });
    } finally {
      unhook();
    }
  }
}

function hookTask({ name, kind, text }: TaskRecord, task_number: number) {
  return { task_number, name, kind, text };
}
