import { query, type Query } from '@anthropic-ai/claude-agent-sdk';
import type { AgentTask, AgentInput } from '../agent.ts';
import { attemptEnvironment } from '../environment.ts';
import type { LaunchedProcess, Started } from '../launch/launch.ts';
import type { LeftProcess } from '../launch/left-process.ts';
import { Backpressure } from './backpressure.ts';
import type { AnswerForm } from './final-answer.ts';
import type { ClaudeOptions } from './options.ts';
import { ClaudeProcess } from './claude-process.ts';
import { textFor } from './conversation.ts';
import { claudeEnvironment } from './environment.ts';
import { claudeExecutable } from './executable.ts';
import { addedSystemPrompt, queryOptions } from './query-options.ts';
import { withoutSecret } from './secret.ts';
import { whyNotStarted } from './why-not-started.ts';

/** One Claude Code process with its conversation, and the messages that it sends. */
export class Session {
  readonly child: LaunchedProcess;
  readonly given: AgentInput;
  /** The error that the SDK threw, if any. A result or an exit is more precise. */
  failure: string | undefined;
  readonly #executable: string;
  readonly #cwd: string;
  readonly #query: Query;
  readonly #process: ClaudeProcess;
  readonly #backpressure = new Backpressure();

  /** Throws when there is no Claude Code to start. */
  constructor(options: ClaudeOptions, task: AgentTask, asked: AnswerForm) {
    const { launch, claudeExecutable: own } = options;
    let launched: LaunchedProcess | undefined;
    let process: ClaudeProcess | undefined;
    this.#executable = claudeExecutable(own);
    const program = task.box ? (options.boxedExecutable ?? this.#executable) : this.#executable;
    this.#cwd = task.cwd;
    this.given = { text: textFor(task), systemPrompt: addedSystemPrompt(task, asked) };
    this.#query = query({
      prompt: this.given.text,
      options: {
        ...queryOptions(task, asked),
        env: attemptEnvironment(claudeEnvironment(options, task.executionId, task.options), task),
        pathToClaudeCodeExecutable: this.#executable,
        spawnClaudeCodeProcess: ({ command, args, env }) => {
          const { box } = task;
          const where = { cwd: task.cwd, cwdIsReal: true, box: box ? { ...box, agent: true } : null };
          // What a container has is no credential: it stands for one, for as long as the attempt lasts.
          const given = box ? { env: defined(env) } : withoutSecret(defined(env));
          launched = launch({
            command: task.box ? program : command,
            args,
            ...where,
            ...given,
            stdin: 'pipe',
          });
          process = new ClaudeProcess(launched, () => this.#backpressure.wait());
          return process;
        },
      },
    });
    if (launched === undefined || process === undefined) throw new Error('The SDK started no process.');
    this.child = launched;
    this.#process = process;
  }

  /** Why it was ended, since its output cannot be read; null: it was not. */
  get fault(): string | null {
    return this.#process.fault;
  }

  /** Returns where it runs, or why it does not. */
  async started(): Promise<Started | string> {
    try {
      return await this.child.started;
    } catch (error) {
      return whyNotStarted(this.#executable, this.#cwd, error);
    }
  }

  /** Ends without throwing, whatever happens to the process. */
  async *messages(): AsyncGenerator {
    try {
      for (;;) {
        const next = await this.#backpressure.next(() => this.#query.next());
        if (next.done === true) return;
        yield next.value;
      }
    } catch (error) {
      this.failure = (error as Error).message;
    } finally {
      this.#backpressure.release();
    }
  }

  /** Interrupts the turn: tools are ended, and a result reports it. */
  interrupt(): void {
    this.#query.interrupt().catch(() => undefined);
  }

  /** Ends every process of the session, and with them its messages. Returns what could not be ended. Never rejects. */
  async end(graceMs: number): Promise<readonly LeftProcess[]> {
    const left = await this.child.end(graceMs);
    await this.#process.finish();
    return left;
  }

  /** Releases what the SDK still holds. Call it last. */
  close(): void {
    this.#query.close();
  }
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
