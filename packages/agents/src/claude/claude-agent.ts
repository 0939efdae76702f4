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
import type { Asked } from './final-answer.ts';
import type { ClaudeOptions } from './options.ts';
import { UuidRequest } from './uuid-request.ts';
import { withRealDirs } from './real-dirs.ts';
import { whyNotPossible } from './why-not-possible.ts';

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

async function askedOf({ options }: AgentTask): Promise<Asked> {
  const uuid = options.uuid === true || options.require_uuid === true ? new UuidRequest() : null;
  if (options.json_schema === undefined && options.json_mode !== true) return { options, json: null, uuid };
  const { JsonRequest } = await import('./json/json-request.ts');
  return { options, json: await JsonRequest.of(options.json_schema, uuid), uuid };
}
