import {
  bareEnd,
  type Agent,
  type AgentEnd,
  type AgentRun,
  type AgentSink,
  type AgentTask,
  type StopCause,
} from '../agent.ts';
import { unsetWarning } from '../environment.ts';
import { hasConversation } from './conversation.ts';
import type { AnswerForm } from './final-answer.ts';
import type { ClaudeOptions } from './options.ts';
import { UuidRequest } from './uuid-request.ts';
import { realpath, stat } from 'node:fs/promises';

/** Runs prompts, each in a new Claude Code process. The conversation is new, or that of an interrupted attempt. */
export function claudeAgent(options: ClaudeOptions): Agent {
  return {
    name: 'claude',
    canResume: async (executionId, sessionId) => await hasConversation(options, executionId, sessionId),
    start: (task, sink) => new LateAttempt(options, task, sink),
  };
}

/**
 * An attempt that first loads the vendor's library. It takes 40 MB, and every process that a worker starts
 * costs time by the worker's own size. A worker that runs only commands never loads it.
 */
class LateAttempt implements AgentRun {
  readonly ended: Promise<AgentEnd>;
  #run: AgentRun | undefined;
  #stopped: StopCause | undefined;
  #paused = false;

  constructor(options: ClaudeOptions, task: AgentTask, sink: AgentSink) {
    this.ended = this.#start(options, task, sink).catch((error: Error) =>
      bareEnd('spawn_failed', error.message),
    );
  }

  stop(cause: StopCause): void {
    this.#stopped ??= cause;
    this.#run?.stop(cause);
  }

  pause(): void {
    this.#paused = true;
    this.#run?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#run?.resume();
  }

  async #start(options: ClaudeOptions, task: AgentTask, sink: AgentSink): Promise<AgentEnd> {
    const refusal = await whyNotPossible(task);
    if (refusal !== null) return bareEnd('spawn_failed', refusal);
    const unset = unsetWarning(task.options, options.baseEnv);
    if (unset !== null) await sink.event({ type: 'task.warning', data: unset });
    const { startAttempt } = await import('./attempt.ts');
    const [asked, real] = [await askedOf(task), await withRealDirs(task)];
    if (this.#stopped) return bareEnd(this.#stopped, null);
    this.#run = startAttempt(options, real, asked, sink);
    if (this.#paused) this.#run.pause();
    return await this.#run.ended;
  }
}

async function askedOf({ options }: AgentTask): Promise<AnswerForm> {
  const uuid = options.uuid === true || options.require_uuid === true ? new UuidRequest() : null;
  if (options.json_schema === undefined && options.json_mode !== true) return { options, json: null, uuid };
  const { JsonRequest } = await import('./json/json-request.ts');
  return { options, json: await JsonRequest.of(options.json_schema, uuid), uuid };
}

/** Returns the task with the real path of each extra directory beside its name: an edit through a link is checked by both. */
async function withRealDirs(task: AgentTask): Promise<AgentTask> {
  const { extra_dirs } = task.options;
  if (extra_dirs === undefined) return task;
  const real = await Promise.all(extra_dirs.map(async (path) => await realpath(path).catch(() => path)));
  return { ...task, options: { ...task.options, extra_dirs: [...new Set([...extra_dirs, ...real])] } };
}

/** Returns why this worker cannot do what a prompt requests; null if it can. Claude Code's own error would be less clear. */
async function whyNotPossible({ options, box }: Pick<AgentTask, 'options' | 'box'>): Promise<string | null> {
  if (options.permission_mode === 'bypassPermissions' && !box && process.getuid?.() === 0)
    return 'The permission mode "bypassPermissions" is never used as root; run the worker as an ordinary user.';
  for (const path of options.extra_dirs ?? []) {
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory() !== true) return `There is no directory ${path} on this worker.`;
  }
  return null;
}
