import { spawnSync } from 'node:child_process';
import type { EventType } from '@cc-executor/contracts';
import { bent, hang, say, useTool } from '@cc-executor/testkit';
import { chmod, mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { warns } from '../checks.ts';
import type { Deed, ScenarioGroup } from '../scenario.ts';

const killedBy =
  (signal: NodeJS.Signals, when: EventType = 'agent.init'): Deed =>
  async ({ first }) => {
    const { data } = await first('task.process');
    await first(when);
    process.kill(Number(data['pid']), signal);
  };

const FULL_DISK = `export CLAUDE
mkdir -p "$CLAUDE_CONFIG_DIR"
exec unshare -Urm sh -c 'mount -t tmpfs -o size=4k none "$CLAUDE_CONFIG_DIR" && head -c 4096 /dev/zero > "$CLAUDE_CONFIG_DIR/x"; exec "$CLAUDE" "$@"' sh "$@"`;

/** The real Claude Code's result, and then something else than its end. */
const resultThen = (script: string) => `"$CLAUDE" "$@"\n${script}`;

/** Puts a folder, which nobody removes, in the place of files of the attempt when it begins: they can't be written. */
const blocking =
  (...names: string[]): Deed =>
  async ({ dataDirectory, executionId, first }) => {
    await first('task.started');
    const folder = join(dataDirectory, 'executions', executionId, 'task-1/attempt-1');
    for (const name of names) await mkdir(join(folder, name), { recursive: true });
  };

const expiredLogin: Deed = async ({ home }) => {
  const claudeAiOauth = {
    accessToken: 'sk-ant-oat01-test',
    refreshToken: '',
    expiresAt: Date.now() - 86_400_000,
    scopes: ['user:inference'],
    subscriptionType: 'max',
  };
  await mkdir(join(home, '.claude'));
  await writeFile(join(home, '.claude/.credentials.json'), JSON.stringify({ claudeAiOauth }));
};

/** How the program itself fares, whatever the model says. */
export const programs: ScenarioGroup = {
  title: 'The program',
  scenarios: [
    {
      what: 'is missing',
      program: '',
      before: async ({ home }) => await rm(join(home, 'program')),
      outcome: 'spawn_failed',
      says: 'There is no Claude Code at',
    },
    {
      what: 'may not be executed',
      program: '',
      before: async ({ home }) => await chmod(join(home, 'program'), 0o644),
      outcome: 'spawn_failed',
      says: 'EACCES',
    },
    {
      what: 'finds no workspace',
      before: async ({ workspace }) => {
        const path = await workspace();
        await rmdir(path);
        await writeFile(path, 'a file');
      },
      outcome: 'spawn_failed',
    },
    { what: 'ends without a word', program: 'exit 0', outcome: 'no_result', says: 'without a result' },
    {
      what: 'says nothing at all',
      program: 'exec sleep 600',
      settings: { silenceTimeout: 2 },
      outcome: 'silent',
      says: 'silent for 2 s',
    },
    {
      what: 'fills its directory for temporary files',
      program: 'head -c 3000000 /dev/zero > "$TMPDIR/output"; exec sleep 600',
      settings: { tempBytes: 2_000_000 },
      outcome: 'temp_full',
      says: 'took more than 2000000 bytes',
    },
    {
      what: 'ends with an exit code',
      program: 'echo broken >&2; exit 7',
      outcome: 'agent_crashed',
      says: 'exit code 7. It said: broken',
    },
    { what: 'prints what is no message', program: 'echo hello; exit 0', outcome: 'no_result' },
    {
      what: 'prints half a message and ends',
      program: 'printf "{\\"type\\":\\"result\\",\\"subty"; exit 0',
      outcome: 'no_result',
    },
    {
      what: 'is killed (SIGKILL)',
      model: () => () => hang(),
      meanwhile: killedBy('SIGKILL'),
      outcome: 'agent_crashed',
      says: 'SIGKILL',
    },
    {
      what: 'is ended (SIGTERM) by somebody else',
      model: () => () => hang(),
      meanwhile: killedBy('SIGTERM'),
      outcome: 'agent_crashed',
    },
    {
      what: 'is interrupted (SIGINT) by somebody else',
      model: () => () => hang(4, say('one two three', { chunk: 4 })),
      meanwhile: killedBy('SIGINT', 'agent.delta'),
      outcome: 'agent_error',
      says: 'not by its worker',
      // It may go before it has told that.
      or: { outcome: 'no_result', says: 'without a result' },
    },
    {
      what: 'is killed while a tool runs',
      model: () => () => useTool('Bash', { command: 'sleep 600' }),
      meanwhile: async ({ first }) => {
        const { data } = await first('task.process');
        await first('agent.tool_use');
        process.kill(Number(data['pid']), 'SIGKILL');
      },
      outcome: 'agent_crashed',
    },
    { what: 'gives its result and does not exit', program: resultThen('sleep 600'), outcome: 'completed' },
    { what: 'gives its result and exits with 1', program: resultThen('exit 1'), outcome: 'completed' },
    { what: 'gives its result and is killed', program: resultThen('kill -9 $$'), outcome: 'completed' },
    {
      what: 'gives a failure as its result and exits with 0',
      model: () => bent(say('x'), () => ['nothing']),
      program: resultThen('exit 0'),
      outcome: 'network',
    },
    {
      what: 'has a full disk for what it writes down itself',
      also: warns('conversation_not_kept'),
      program: FULL_DISK,
      possible: () => spawnSync('unshare', ['-Urm', 'true']).status === 0,
      outcome: 'completed',
    },
    {
      what: 'runs while the worker cannot write its files: the answer is in the log, and a warning says what is not kept',
      meanwhile: blocking('stdout', 'messages.jsonl'),
      outcome: 'completed',
      also: warns('output_not_kept'),
    },
    {
      what: 'runs while its receipt cannot be written: the outcome stands, and a warning says what is missing',
      meanwhile: blocking('receipt-1.json'),
      outcome: 'completed',
      also: warns('evidence_missing'),
    },
    {
      what: 'has no credential',
      env: { ANTHROPIC_API_KEY: '' },
      outcome: 'auth_failed',
      says: 'Not logged in',
    },
    {
      what: 'has a login that has expired',
      env: { ANTHROPIC_API_KEY: '' },
      before: expiredLogin,
      outcome: 'auth_failed',
    },
  ],
};
