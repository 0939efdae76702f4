import { runProgram, type Launch } from '@cc-executor/agents';
import type { GitChanges } from '@cc-executor/contracts';
import { lstat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';

/** The timeout of one git command, in milliseconds. */
const GIT_MS = 5000;
/** The largest output that is read, in bytes. */
const ANSWER_BYTES = 64 * 1024;

/** Nothing that the repository configures is run: no hook, no monitor, no diff or filter program. */
const SAFE = ['--no-pager', '-c', 'core.fsmonitor=false', '-c', `core.hooksPath=${devNull}`];

/** Reads the git state of a workspace; changes nothing there, and takes no lock. */
export class GitReader {
  readonly #launch: Launch;
  readonly #env: Readonly<Record<string, string>>;

  /** `path`: the PATH for git. */
  constructor(launch: Launch, path: string) {
    this.#launch = launch;
    this.#env = {
      PATH: path,
      LC_ALL: 'C',
      GIT_OPTIONAL_LOCKS: '0',
      // Nothing is fetched for an object that is not there: the program for it is named by the repository.
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: '',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: devNull,
      GIT_ATTR_NOSYSTEM: '1',
    };
  }

  /** Returns whether the folder itself is a repository, or a work tree of one. */
  async isRepository(workspace: string): Promise<boolean> {
    return (await lstat(join(workspace, '.git')).catch(() => null)) !== null;
  }

  /** Returns the checked-out commit; null: none, or unknown. */
  async commit(workspace: string): Promise<string | null> {
    const answer = await this.#ask(workspace, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
    const commit = answer?.trim() ?? '';
    return /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
  }

  /** Returns how much one commit differs from another; only committed content, so that nothing is converted. */
  async diff(workspace: string, before: string, after: string): Promise<GitChanges['diff']> {
    const how = ['--shortstat', '--no-ext-diff', '--no-textconv', '--no-renames', '-r'];
    const answer = await this.#ask(workspace, ['diff-tree', ...how, before, after, '--']);
    if (answer === null) return null;
    const count = (what: RegExp) => Number(what.exec(answer)?.[1] ?? 0);
    return {
      files: count(/(?<!\d)(\d+) file/),
      insertions: count(/(?<!\d)(\d+) insertion/),
      deletions: count(/(?<!\d)(\d+) deletion/),
    };
  }

  async #ask(workspace: string, args: readonly string[]): Promise<string | null> {
    const { cause, exit, stdout } = await runProgram(this.#launch, {
      command: 'git',
      args: [...SAFE, ...args],
      cwd: workspace,
      cwdIsReal: true,
      env: { ...this.#env, GIT_CEILING_DIRECTORIES: dirname(workspace) },
      timeoutMs: GIT_MS,
      graceMs: 0,
      stdoutBytes: ANSWER_BYTES,
    });
    return cause === 'exited' && exit.code === 0 ? stdout : null;
  }
}
