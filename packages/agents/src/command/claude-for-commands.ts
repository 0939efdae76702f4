import { AGENT_SETTINGS } from '@cc-executor/contracts';
import { isCredential } from '@cc-executor/service-kit';
import type { Pass } from '@cc-executor/service-kit/model-relay';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { delimiter, join } from 'node:path';

/** The variable in the environment of commands that the program below reads; its name is known as one of ours. */
const VARIABLE = 'CC_EXECUTOR_FOR_CLAUDE';
const REFUSED = 'refused:';
/** On one line, since what `env` prints is often read by lines. */
const SEPARATOR = '\t';
const PROGRAM = 'CC_EXECUTOR_CLAUDE_PROGRAM';

/**
 * The `claude` that commands find. It becomes Claude Code, with the variables that the worker has prepared: they stand for
 * the credential, and no other program of the command has them under the names by which an API's clients look for them.
 */
const SCRIPT = `#!/bin/sh
# Written by cc-executor: the claude of command tasks.
case "\${${VARIABLE}:-}" in
  '')
    echo 'claude: this one is for commands of cc-executor alone' >&2
    exit 1 ;;
  ${REFUSED}*)
    printf 'claude: %s\\n' "\${${VARIABLE}#${REFUSED}}" >&2
    exit 1 ;;
esac
IFS=$(printf '\\t')
set -f
for variable in \${${VARIABLE}}; do export "$variable"; done
set +f
unset IFS variable
program=\${${PROGRAM}}
unset ${PROGRAM}
exec "$program" "$@"
`;

/** How Claude Code of a command reaches the model: through a relay, which has the credential. */
export interface RelayedClaude {
  /** The base address of the relay. */
  url: string;
  /** Returns what lets one attempt through. */
  grant: () => Pass;
  /** The variable in which Claude Code finds the pass. */
  variable: string;
  /** The absolute path of Claude Code. */
  program: string;
  /** The worker's environment; settings of Claude Code are passed on. */
  baseEnv: Readonly<Record<string, string>>;
  /** The folder of Claude Code's files for an execution; null: its default folder. */
  configDirectory: ((executionId: string) => string) | null;
}

/** The `claude` of one command. */
export interface OpenClaude {
  variables: Readonly<Record<string, string>>;
  /** The directory that comes first on its PATH. */
  directory: string;
  /** Call it when no process of the attempt is left: the pass is worth nothing then. */
  close(): void;
}

/** Puts a `claude` on the PATH of commands, or a program that prints why there is none. */
export class ClaudeForCommands {
  readonly #directory: string;
  readonly #way: RelayedClaude | { refusal: string };

  private constructor(directory: string, way: RelayedClaude | { refusal: string }) {
    this.#directory = directory;
    this.#way = way;
  }

  /** Writes the program into a directory, which is created. Rejects if that fails. */
  static async open(directory: string, way: RelayedClaude | { refusal: string }): Promise<ClaudeForCommands> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const draft = join(directory, `.${randomUUID()}`);
    await writeFile(draft, SCRIPT, { flag: 'wx' });
    await chmod(draft, 0o755);
    // Another worker of this machine may be starting a command just now.
    await rename(draft, join(directory, 'claude'));
    return new ClaudeForCommands(directory, way);
  }

  /** Returns what one attempt at a command gets. */
  start(executionId: string): OpenClaude {
    const way = this.#way;
    const directory = this.#directory;
    if ('refusal' in way)
      return { directory, variables: { [VARIABLE]: REFUSED + way.refusal }, close: () => undefined };
    const pass = way.grant();
    const lines = Object.entries(variablesOf(way, executionId, pass.token)).map((entry) => entry.join('='));
    return { directory, variables: { [VARIABLE]: lines.join(SEPARATOR) }, close: () => pass.revoke() };
  }
}

/** Returns an environment whose PATH begins with a directory. */
export function withFirst(env: Readonly<Record<string, string>>, directory: string): Record<string, string> {
  const path = env['PATH'];
  return { ...env, PATH: path ? directory + delimiter + path : directory };
}

const SETTINGS: ReadonlySet<string> = new Set([...AGENT_SETTINGS, 'CLAUDE_CODE_MAX_OUTPUT_TOKENS']);

function variablesOf(
  { url, variable, program, baseEnv, configDirectory }: RelayedClaude,
  executionId: string,
  token: string,
): Record<string, string> {
  const passed = Object.entries(baseEnv).filter(
    ([name, value]) =>
      (SETTINGS.has(name) || (name.startsWith('ANTHROPIC_') && name.includes('MODEL'))) &&
      !isCredential(name, value) &&
      !/[\t\n]/.test(value),
  );
  // The relay is reached without a proxy; the relay itself takes the way that the worker has.
  const direct = [baseEnv['NO_PROXY'] ?? baseEnv['no_proxy'], '127.0.0.1'].filter(Boolean).join(',');
  return {
    ...Object.fromEntries(passed),
    ...(configDirectory && { CLAUDE_CONFIG_DIR: configDirectory(executionId) }),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    NO_PROXY: direct,
    no_proxy: direct,
    ANTHROPIC_BASE_URL: url,
    [variable]: token,
    [PROGRAM]: program,
  };
}
