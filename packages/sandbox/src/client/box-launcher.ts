import { notStarted, NotStartedError, type Launch, type LaunchSpec } from '@cc-executor/agents';
import { setTimeout as delay } from 'node:timers/promises';
import { RunRequest, WaitRequest, type Answer } from '../protocol/index.ts';
import { ContainerClaim } from './container-claim.ts';
import { BoxProcess, PATIENCE_MS } from './box-process.ts';
import { exchange } from './exchange.ts';

const ABOUT_MS = 5000;
const RETRY_MS = 500;
/** After this, somebody should know that a launcher does not end what is left. Milliseconds. */
const SILENCE_MS = 15_000;
/** How long processes have between SIGTERM and SIGKILL when their execution is given up. Milliseconds. */
const GRACE_MS = 2000;

export interface BoxLauncherOptions {
  /** The path of the launcher's socket. */
  socket: string;
  /** The numbers of the processes. */
  user: { uid: number; gid: number };
  /** How long a launcher that does not answer is waited for, in milliseconds. */
  patienceMs?: number;
}

export type About = Extract<Answer, { answer: 'about' }>;

/** Starts processes in containers, each in its own, by way of the launcher. */
export class BoxLauncher {
  readonly #options: BoxLauncherOptions;
  readonly #running = new Set<BoxProcess>();
  /** The containers that were requested ahead, by their executions. */
  readonly #ahead = new Map<string, ContainerClaim>();

  constructor(options: BoxLauncherOptions) {
    this.#options = options;
  }

  /** Starts a process whose spec names a box. */
  readonly launch: Launch = (spec) => {
    const { socket, patienceMs = PATIENCE_MS } = this.#options;
    const request = RunRequest.safeParse(this.#requestOf(spec));
    if (!request.success) {
      const faults = request.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
      return notStarted(new NotStartedError(`it does not fit into a container: ${faults.join('; ')}`, null));
    }
    const started = new BoxProcess(socket, spec, request.data, patienceMs);
    this.#running.add(started);
    started.exited.finally(() => this.#running.delete(started)).catch(() => undefined);
    started.started.then(() => this.#askAhead(spec)).catch(() => undefined);
    return started;
  };

  /** Releases the container that was started ahead for an execution, if there is one. */
  release(executionId: string): void {
    this.#ahead.get(executionId)?.close();
    this.#ahead.delete(executionId);
  }

  /** Requests the container of what is likely to come next. Without an answer, that gets a new one when it comes. */
  #askAhead({ box, cwd }: LaunchSpec): void {
    if (!box?.next) return;
    const { executionId } = box.next;
    const request = WaitRequest.parse({ do: 'wait', ...this.#containerOf(box.next, cwd) });
    if (this.#ahead.get(executionId)?.isFor(request) === true) return;
    this.release(executionId);
    this.#ahead.set(executionId, new ContainerClaim(this.#options.socket, request));
  }

  /** Ends everything that was started. For a process that must exit at once. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#running].map((started) => started.end(0)));
  }

  /** Ends the containers of an execution soon. */
  async endOf(executionId: string): Promise<void> {
    const those = [...this.#running].filter((started) => started.executionId === executionId);
    await Promise.all(those.map((started) => started.end(GRACE_MS)));
  }

  /**
   * Ends the containers of an execution that were started under a lower generation, also by another worker, and sees to it
   * that no more are. Returns how a log names them. Resolves when none is left: while the launcher does not answer, it tries
   * until `signal` aborts. Rejects then: what is left is not known. `onSilence` is called once if that takes long.
   */
  async endLeftovers(
    executionId: string,
    generation: number,
    { signal, onSilence }: { signal?: AbortSignal; onSilence?: () => void } = {},
  ): Promise<string[]> {
    const request = { do: 'end', execution_id: executionId, generation } as const;
    const timer = onSilence && setTimeout(onSilence, SILENCE_MS);
    try {
      for (;;) {
        signal?.throwIfAborted();
        const answer = await exchange(this.#options.socket, request, signal).catch(() => null);
        if (answer?.answer === 'ended') return answer.containers;
        await delay(RETRY_MS, undefined, { signal });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returns what the launcher works with, or in words why it does not work. Never rejects. */
  async about(): Promise<About | string> {
    const { socket } = this.#options;
    try {
      const answer = await exchange(socket, { do: 'about' }, AbortSignal.timeout(ABOUT_MS));
      if (answer.answer === 'about') return answer;
      return answer.answer === 'refused' ? answer.message : 'The launcher gave another answer.';
    } catch (error) {
      return `The launcher does not answer at ${socket}: ${(error as Error).message}.`;
    }
  }

  /**
   * Returns where programs are looked for in containers of an image; null: that is not known. `image`: null is the default
   * one. Never rejects.
   */
  async searchPath(image: string | null): Promise<string | null> {
    const about = await this.about();
    if (typeof about === 'string') return null;
    const found = about.images.find(({ name }) => image === null || name === image);
    return found?.there === true ? found.path : null;
  }

  #requestOf({ box, command, args, env, cwd, stdin }: LaunchSpec): unknown {
    if (!box) return null;
    return {
      do: 'run',
      ...this.#containerOf(box, cwd),
      argv: [command, ...args],
      env,
      network: box.network ?? null,
      stdin: stdin === 'pipe',
    };
  }

  /** The part of a request that is common to a container for now and one in advance. */
  #containerOf(box: NonNullable<NonNullable<LaunchSpec['box']>['next']>, cwd: string) {
    const { executionId, task, attempt, generation, image, folders } = box;
    const { agent = false, results = false, readOnly = false } = box;
    return {
      execution_id: executionId,
      task,
      attempt,
      generation,
      image,
      workspace: cwd,
      read_only: readOnly,
      folders,
      agent,
      results,
      user: this.#options.user,
    };
  }
}
