import { AGENT_PROGRAMS, installCommand, type AgentProbe } from '@cc-executor/contracts';
import { commandEnvironment } from '@cc-executor/service-kit';
import { statSync } from 'node:fs';
import { nameOr } from '../lines/foreign.ts';
import type { Launch } from '../launch/launch.ts';
import { runProgram } from '../launch/run-program.ts';
import { codexAccess, codexUrl } from './access.ts';
import type { LookAtServer } from '../look-at-server.ts';

export interface CodexProbeOptions {
  launch: Launch;
  env: Readonly<Record<string, string>>;
  executable: () => string | null;
  /** Finds out whether its model's server can be reached; null: that is not tried. */
  lookAtServer?: LookAtServer | null;
  /** How long a failure counts before the program is asked again; default: a minute. Milliseconds. */
  againMs?: number;
  /** How long the program may take to say its version; default: 20 seconds. Milliseconds. */
  patienceMs?: number;
}

const CREDENTIALS = { api_key: 'found', login: 'login', none: 'none' } as const;

type Found = Omit<AgentProbe, 'name'>;
type Answer = Pick<Found, 'version' | 'message'>;
const BOUNDS = { graceMs: 1000, stdoutBytes: 64 * 1024 };

/**
 * Finds out whether Codex can be used. Its program runs when it is another one than at the time before, and some time after
 * it failed: a busy machine is no reason to do without it for good.
 */
export class CodexProbe {
  readonly #options: CodexProbeOptions;
  readonly #againMs: number;
  readonly #patienceMs: number;
  #seen = '';
  #answer: Answer | null = null;
  /** When the program is asked again, by `performance.now()`. */
  #askAt = Infinity;

  constructor(options: CodexProbeOptions) {
    this.#options = options;
    this.#againMs = options.againMs ?? 60_000;
    this.#patienceMs = options.patienceMs ?? 20_000;
  }

  /** Returns what is known; null: its program was started to find out. Does not throw. */
  look(): Found | null {
    const { env, executable } = this.#options;
    const program = executable();
    const credential = CREDENTIALS[codexAccess(env).method];
    if (program === null)
      return {
        version: null,
        credential,
        status: 'not_installed',
        message: `Install it: ${installCommand('codex')}`,
      };
    const { mtimeMs } = statSync(program, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    const seen = `${program} ${String(mtimeMs)}`;
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#answer = null;
      this.#askFor(seen, program);
    } else if (performance.now() >= this.#askAt) this.#askFor(seen, program);
    if (this.#answer === null) return null;
    const { version, message } = this.#answer;
    if (version === null) return { version, credential, status: 'broken', message };
    if (credential === 'none')
      return {
        version,
        credential,
        status: 'no_credential',
        message: 'Set OPENAI_API_KEY in the environment of the worker, or log in with "codex login".',
      };
    const model_server = this.#options.lookAtServer?.(codexUrl(env)) ?? null;
    return { version, credential, status: 'ready', message, model_server };
  }

  #askFor(seen: string, program: string): void {
    this.#askAt = Infinity;
    const keep = (answer: Answer) => {
      if (this.#seen !== seen) return;
      this.#answer = answer;
      if (answer.version === null) this.#askAt = performance.now() + this.#againMs;
    };
    this.#ask(program)
      .then(keep)
      .catch((error: Error) => keep(broken(program, error.message)));
  }

  async #ask(program: string): Promise<Answer> {
    const { launch, env } = this.#options;
    const { cause, exit, stdout, stderr, failure } = await runProgram(launch, {
      command: program,
      args: ['--version'],
      cwd: '/',
      env: commandEnvironment(env),
      timeoutMs: this.#patienceMs,
      ...BOUNDS,
    });
    if (cause === 'timed_out')
      return broken(program, `it did not say its version within ${String(this.#patienceMs / 1000)} s`);
    const version = nameOr(/\b\d+\.\d+\.\d+\S*/.exec(stdout)?.[0]);
    if (exit.code !== 0 || version === null)
      return broken(program, failure ?? (stderr.trim() || 'it does not say its version'));
    const tested = AGENT_PROGRAMS.codex.version;
    const message =
      version === tested ? null : `It is version ${version}; ${tested} is the one that is tested.`;
    return { version, message };
  }
}

function broken(program: string, why: string): Answer {
  return { version: null, message: `${program} does not run: ${why}` };
}
