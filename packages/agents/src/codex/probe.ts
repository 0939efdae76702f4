import { AGENT_PROGRAMS, installCommand, type AgentProbe } from '@cc-executor/contracts';
import { commandEnvironment } from '@cc-executor/service-kit';
import { statSync } from 'node:fs';
import { nameOr } from '../lines/foreign.ts';
import type { Launch } from '../launch/launch.ts';
import { runProgram } from '../launch/run-program.ts';
import { codexAccess } from './access.ts';

export interface CodexProbeOptions {
  launch: Launch;
  env: Readonly<Record<string, string>>;
  executable: () => string | null;
}

type Found = Omit<AgentProbe, 'name'>;
const BOUNDS = { timeoutMs: 20_000, graceMs: 1000, stdoutBytes: 64 * 1024 };

/** Finds out whether Codex can be used. Its program runs only when it is another one than at the time before. */
export class CodexProbe {
  readonly #options: CodexProbeOptions;
  #seen = '';
  #version: Pick<Found, 'version' | 'message'> | null = null;

  constructor(options: CodexProbeOptions) {
    this.#options = options;
  }

  /** Returns what is known; null: its program was started to find out. Does not throw. */
  look(): Found | null {
    const { env, executable } = this.#options;
    const program = executable();
    const credential = codexAccess(env).method === 'none' ? 'none' : 'found';
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
      this.#version = null;
      this.#ask(program)
        .then((version) => {
          if (this.#seen === seen) this.#version = version;
        })
        .catch(() => undefined);
    }
    if (this.#version === null) return null;
    const { version, message } = this.#version;
    if (version === null) return { version, credential, status: 'broken', message };
    if (credential === 'none')
      return {
        version,
        credential,
        status: 'no_credential',
        message: 'Set OPENAI_API_KEY in the environment of the worker, or log in with "codex login".',
      };
    return { version, credential, status: 'ready', message };
  }

  async #ask(program: string): Promise<Pick<Found, 'version' | 'message'>> {
    const { launch, env } = this.#options;
    const { exit, stdout, stderr, failure } = await runProgram(launch, {
      command: program,
      args: ['--version'],
      cwd: '/',
      env: commandEnvironment(env),
      ...BOUNDS,
    });
    const version = nameOr(/\b\d+\.\d+\.\d+\S*/.exec(stdout)?.[0]);
    if (exit.code !== 0 || version === null)
      return {
        version: null,
        message: `${program} does not run: ${failure ?? (stderr.trim() || 'it does not say its version')}`,
      };
    const tested = AGENT_PROGRAMS.codex.version;
    const message =
      version === tested ? null : `It is version ${version}; ${tested} is the one that is tested.`;
    return { version, message };
  }
}
