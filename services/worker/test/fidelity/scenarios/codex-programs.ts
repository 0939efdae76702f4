import { childrenOf, cut, hang, oneByOne, raw, say } from '@cc-executor/testkit';
import { cancel } from '@cc-executor/executions';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Deed, ScenarioGroup } from '../scenario.ts';
import { ask, hasNamespaces, resultOf, run } from './codex.ts';

/** A shell script in place of Codex. */
const program = (script: string) => (real: string, home: string) => {
  const file = join(home, 'codex-program');
  writeFileSync(file, `#!/bin/sh\nCODEX='${real}'\n${script}\n`, { mode: 0o755 });
  return file;
};

const cancelled: Deed = async ({ first, ports, executionId }) => {
  await first('agent.init');
  await cancel(ports, executionId);
  ports.leases.recheck(executionId);
};

/** Its program, its end from outside, and its connection to the model. */
export const codexPrograms: ScenarioGroup = {
  title: 'Codex as a program',
  scenarios: [
    {
      what: 'that is not installed',
      codex: () => null,
      task: ask(),
      outcome: 'spawn_failed',
      says: 'cc-executor agents install codex',
    },
    {
      what: 'that is no program',
      codex: (_, home) => join(home, 'nothing'),
      task: ask(),
      outcome: 'spawn_failed',
      says: 'ENOENT',
    },
    {
      what: 'that ends at once',
      codex: program('echo broken >&2; exit 7'),
      task: ask(),
      outcome: 'agent_crashed',
      says: 'exit code 7',
    },
    {
      what: 'that speaks another protocol',
      codex: program('read line; echo \'{"id":1,"error":{"code":-32601,"message":"no such method"}}\'; cat'),
      task: ask(),
      outcome: 'agent_error',
      says: 'no such method',
    },
    {
      what: 'that prints what is no message',
      codex: program('echo "hello {"; echo; exec "$CODEX" "$@"'),
      task: ask(),
      outcome: 'completed',
    },
    {
      what: 'that says nothing at all',
      codex: program('exec sleep 600'),
      settings: { silenceTimeout: 2 },
      task: ask(),
      outcome: 'network',
      says: 'no sign of life',
    },
    {
      what: 'that does not end after its answer',
      codex: program('"$CODEX" "$@"; sleep 600'),
      task: ask(),
      outcome: 'completed',
    },
    {
      what: 'that dies while the model answers',
      model: () => () => hang(4, say('one two three four', { chunk: 4 })),
      meanwhile: async ({ first }) => {
        const { data } = await first('task.process');
        await first('agent.delta');
        for (const pid of childrenOf([Number(data['pid'])])) process.kill(pid, 'SIGKILL');
      },
      task: ask(),
      outcome: 'agent_crashed',
    },
    {
      what: 'by its timeout, while the model answers',
      model: () => () => hang(3, say('one two three four', { chunk: 4 })),
      task: ask({ timeout: 5 }),
      outcome: 'timed_out',
      says: 'timeout of 5 s',
    },
    {
      what: 'that is cancelled while the model is asked',
      model: () => () => hang(),
      meanwhile: cancelled,
      task: ask(),
      outcome: 'cancelled',
    },
    {
      what: 'that is cancelled while a command runs',
      possible: hasNamespaces,
      model: () => () => run('sleep 600'),
      meanwhile: async (playing) => {
        await playing.first('agent.tool_use');
        await cancelled(playing);
      },
      task: ask(),
      outcome: 'cancelled',
    },
    {
      what: 'whose worker stops',
      model: () => () => hang(),
      meanwhile: async ({ first, ports }) => {
        await first('agent.init');
        ports.leases.drain();
      },
      task: ask(),
      outcome: 'drained',
    },
    {
      what: 'whose model never answers',
      model: () => () => hang(),
      settings: { silenceTimeout: 5 },
      task: ask(),
      outcome: 'network',
      says: 'no sign of life',
    },
    {
      what: 'whose model stops in the middle of its answer',
      model: () => () => hang(3, say('one two three four', { chunk: 4 })),
      settings: { requestTimeout: 1, silenceTimeout: 60 },
      task: ask(),
      outcome: 'network',
    },
    {
      what: 'whose model cannot be reached',
      env: { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' },
      task: ask(),
      outcome: 'network',
    },
    {
      what: 'whose answer is cut',
      model: () => () => cut(4, say('one two three four', { chunk: 4 })),
      task: ask(),
      outcome: 'network',
    },
    {
      what: 'whose answer is cut once',
      model: () => oneByOne(cut(4, say('one two three four', { chunk: 4 })), say('All of it.')),
      task: ask(),
      outcome: 'completed',
      retries: 1,
      also: (state) => expect(resultOf(state)).toBe('All of it.'),
    },
    {
      what: 'whose model sends garbage',
      model: () => () => raw('data: {half\n\n'),
      task: ask(),
      outcome: 'network',
    },
  ],
};
