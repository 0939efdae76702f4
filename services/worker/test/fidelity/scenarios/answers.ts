import { delay, say, turnOf, useTool, hang, type ModelRequest, type Reply } from '@cc-executor/testkit';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { warns } from '../checks.ts';
import type { Check, Deed, Scenario, ScenarioGroup } from '../scenario.ts';

type Message = ReturnType<typeof say>;
const doing =
  (...turns: Reply[]) =>
  () =>
  (request: ModelRequest) =>
    turns[turnOf(request)] ?? say('Done.');
const FOREVER = 'while true; do sleep 1; done';
/** The workspace is a repository with a commit. */
const repository: Deed = async ({ workspace }) => {
  const cwd = await workspace();
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
  for (const args of [
    ['init', '-q'],
    [...who, 'commit', '-q', '--allow-empty', '-m', 'x'],
  ])
    if (spawnSync('git', args, { cwd }).status !== 0) throw new Error(`git ${args.join(' ')} failed.`);
};
const reports =
  (result: string): Check =>
  ({ tasks }) => {
    if (tasks[0]?.end?.result !== result) throw new Error(`Its result is ${String(tasks[0]?.end?.result)}.`);
  };
/** Answers that nobody can use. */
const nothings: readonly (readonly [string, Message['blocks']])[] = [
  ['nothing but thinking', [{ thinking: 'I should do it.' }]],
  ['nothing but thinking that nobody may read', [{ redacted: 'abc' }]],
  ['an empty text', [{ text: '' }]],
  ['nothing but spaces', [{ text: ' \n ' }]],
];
const bash = (command: string, more: Record<string, unknown> = {}) => useTool('Bash', { command, ...more });

/** What the model says and does. */
export const answers: ScenarioGroup = {
  title: 'The model answers',
  scenarios: [
    { what: 'with a text', model: () => () => say('Done.'), outcome: 'completed' },
    { what: 'with nothing at all', model: () => () => ({ blocks: [] }), outcome: 'no_result' },
    {
      what: 'with nothing after its work',
      model: doing(bash('true'), { blocks: [] }),
      outcome: 'completed',
    },
    ...nothings.map(([what, blocks]): Scenario => ({
      what: `with ${what}, again and again`,
      model: () => () => ({ blocks }),
      outcome: 'no_result',
      says: 'has nothing in it',
    })),
    ...nothings.map(([what, blocks]): Scenario => ({
      what: `with ${what} after its work, again and again`,
      model: () => (request) => (turnOf(request) === 0 ? bash('true') : { blocks }),
      outcome: 'no_result',
      says: 'has nothing in it',
    })),
    {
      what: 'with nothing but thinking after its work, and when it is resumed, with a text',
      model: () => (request) => {
        if (turnOf(request) === 0) return bash('true');
        return JSON.stringify(request.messages).includes('You stopped before you were done')
          ? say('It is done.')
          : { blocks: [{ thinking: 'hm' }] };
      },
      outcome: 'completed',
      also: ({ tasks }) => {
        const [task] = tasks;
        if (task?.attempt !== 2 || task.end?.result !== 'It is done.') throw new Error('It was not resumed.');
      },
    },
    {
      what: 'with thinking and a text',
      model: () => () => ({ blocks: [{ thinking: 'hm' }, { text: 'Done.' }] }),
      outcome: 'completed',
    },
    {
      what: 'with thinking that nobody may read and a text',
      model: () => () => ({ blocks: [{ redacted: 'abc' }, { text: 'Done.' }] }),
      outcome: 'completed',
    },
    {
      what: 'with a pause of its turn, and is not asked to continue',
      model: () => () => say('So.', { stop_reason: 'pause_turn' }),
      outcome: 'no_result',
      says: 'paused its turn',
    },
    {
      what: 'with a pause of its turn and nothing else',
      model: () => () => ({ blocks: [], stop_reason: 'pause_turn' }),
      outcome: 'no_result',
    },
    {
      what: 'with a stop sequence',
      model: () => () => say('Done.', { stop_reason: 'stop_sequence' }),
      outcome: 'completed',
    },
    {
      what: 'with a stop sequence and nothing else',
      model: () => () => ({ blocks: [], stop_reason: 'stop_sequence' }),
      outcome: 'no_result',
    },
    {
      what: 'until its context is full',
      model: () => () => say('and so on', { stop_reason: 'model_context_window_exceeded' }),
      outcome: 'output_token_limit',
      says: 'context window',
    },
    {
      what: 'with nothing, because its context is full',
      model: () => () => ({ blocks: [], stop_reason: 'model_context_window_exceeded' }),
      outcome: 'output_token_limit',
    },
    {
      what: 'with nothing but thinking until its output limit',
      model: () => () => ({ blocks: [{ thinking: 'hm' }], stop_reason: 'max_tokens' }),
      outcome: 'output_token_limit',
    },
    {
      what: 'with a refusal after its work',
      model: () => (request) =>
        turnOf(request) === 0 ? bash('true') : { blocks: [], stop_reason: 'refusal' },
      outcome: 'refused',
    },
    {
      what: 'with a huge result',
      model: () => () => say('A long line of the answer, 漢字.\n'.repeat(60_000), { chunk: 8000 }),
      outcome: 'completed',
      also: ({ tasks }) => {
        if (tasks[0]?.end?.result_truncated !== true) throw new Error('It is not told as truncated.');
      },
    },
    {
      what: 'with a refusal',
      model: () => () => ({ blocks: [], stop_reason: 'refusal' }),
      outcome: 'refused',
      says: 'safeguards',
    },
    {
      what: 'with a refusal in the middle of a text',
      model: () => () => say('I would', { stop_reason: 'refusal' }),
      outcome: 'refused',
    },
    {
      what: 'with more than its output may have, and nothing else',
      model: () => () => ({ blocks: [], stop_reason: 'max_tokens' }),
      outcome: 'output_token_limit',
      says: 'output token maximum',
    },
    {
      what: 'with a text that its output limit cuts, again and again',
      model: () => () => say('and so on', { stop_reason: 'max_tokens' }),
      outcome: 'output_token_limit',
    },
    {
      what: 'with a text that its output limit cuts once',
      model: doing(say('and so on', { stop_reason: 'max_tokens' })),
      outcome: 'completed',
    },
    {
      what: 'that it wants a tool, and names none',
      model: () => () => say('I use it.', { stop_reason: 'tool_use' }),
      outcome: 'agent_error',
      says: 'tool call could not be parsed',
    },
    {
      what: 'with a tool that there is not',
      model: doing(useTool('Teleport', { to: 'Mars' })),
      outcome: 'completed',
    },
    {
      what: 'with a tool call whose input does not fit',
      model: doing(useTool('Bash', { order: 'ls' })),
      outcome: 'completed',
    },
    { what: 'with a tool that fails', model: doing(bash('exit 3')), outcome: 'completed' },
    {
      what: 'with a tool that prints 5 MB',
      model: doing(bash('head -c 5000000 /dev/zero | tr "\\\\0" x')),
      outcome: 'completed',
    },
    {
      what: 'with a tool that kills itself',
      model: doing(bash('kill -9 $$')),
      outcome: 'completed',
    },
    {
      what: 'with the same tool call without end',
      model: () => () => bash('echo again'),
      task: { prompt: 'Do it.', timeout: 5 },
      outcome: 'timed_out',
    },
    {
      what: 'with a tool that takes longer than a silence may',
      model: doing(bash('for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 2; done')),
      // Ample for the start of the agent on a busy machine, which is silence too.
      settings: { silenceTimeout: 20 },
      outcome: 'completed',
    },
    {
      what: 'with a tool that never ends',
      model: doing(bash('while true; do sleep 1; done')),
      task: { prompt: 'Do it.', timeout: 4 },
      outcome: 'timed_out',
    },
    {
      what: 'while its own server runs in the background',
      model: doing(bash(FOREVER, { run_in_background: true })),
      settings: { backgroundWait: 1 },
      outcome: 'completed',
      also: warns('background_ended'),
    },
    {
      what: 'while its own server runs in the background, which is not to be waited for',
      task: { prompt: 'Do it.', on_background: 'end' },
      model: doing(bash(FOREVER, { run_in_background: true })),
      outcome: 'completed',
      also: warns('background_ended'),
    },
    {
      what: 'while its own server runs in the background, which is not allowed',
      task: { prompt: 'Do it.', on_background: 'fail' },
      model: doing(bash(FOREVER, { run_in_background: true })),
      outcome: 'background_left',
      says: 'Still running',
    },
    {
      what: 'before a build that it has put into the background has ended, of which it reports then',
      model: doing(
        bash('sleep 4; echo built', { run_in_background: true }),
        say('I will report when it is done.'),
        say('It is built.'),
      ),
      outcome: 'completed',
      also: reports('It is built.'),
    },
    {
      what: 'before a build in the background has ended that says nothing for longer than a silence may be',
      model: doing(
        bash('sleep 20; echo built', { run_in_background: true }),
        say('I will report when it is done.'),
        say('It is built.'),
      ),
      settings: { silenceTimeout: 14 },
      outcome: 'completed',
      also: reports('It is built.'),
    },
    {
      what: 'while it watches something, of which it reports then',
      model: doing(
        useTool('Monitor', { command: 'sleep 3; echo it is there', description: 'x', timeout_ms: 60_000 }),
        say('I will report.'),
        say('It is there.'),
      ),
      outcome: 'completed',
    },
    {
      what: 'with a sub-agent that is to work elsewhere: it works in the workspace',
      model: () => [
        { marker: 'SUBAGENT', turns: [bash('touch made-by-a-sub-agent'), say('made')] },
        {
          marker: 'Do it.',
          turns: [
            useTool('Task', {
              description: 'x',
              prompt: 'SUBAGENT x',
              subagent_type: 'general-purpose',
              isolation: 'worktree',
            }),
            say('I wait.'),
            say('Made.'),
          ],
        },
      ],
      before: repository,
      outcome: 'completed',
      also: async (_, { workspace }) => await access(join(await workspace(), 'made-by-a-sub-agent')),
    },
    {
      what: 'with temporary files, which are gone with it',
      model: doing(bash('mktemp > where; mktemp -d >> where')),
      outcome: 'completed',
      also: async (_, { workspace }) => {
        const paths = (await readFile(join(await workspace(), 'where'), 'utf8')).trim().split('\n');
        for (const path of paths)
          if (!path.includes('/cc-executor-') || existsSync(path)) throw new Error(`${path} is left.`);
      },
    },
    {
      what: 'by going into a worktree, which there is no tool for',
      model: doing(useTool('EnterWorktree', { name: 'x' })),
      before: repository,
      outcome: 'completed',
      also: async (_, { workspace }) => {
        const names = await readdir(await workspace(), { recursive: true });
        if (names.some((name) => name.includes('worktrees'))) throw new Error('It has a worktree.');
      },
    },
    {
      what: 'while a process that it has cut loose runs on',
      model: doing(bash('setsid sleep 600 > /dev/null 2>&1 & true')),
      outcome: 'completed',
    },
    {
      what: 'before a command has ended that took too long for its tool, which is waited for',
      model: doing(
        bash('while [ ! -e go-on ]; do sleep 0.05; done', { timeout: 100 }),
        say('I wait.'),
        say('Finished.'),
      ),
      meanwhile: async ({ first, workspace }) => {
        await first('agent.result');
        await writeFile(join(await workspace(), 'go-on'), '');
      },
      outcome: 'completed',
      also: reports('Finished.'),
    },
    {
      what: 'before a sub-agent has ended, which is killed with it',
      model: () => [
        { marker: 'SUBAGENT', turns: [hang()] },
        {
          marker: 'Do it.',
          turns: [
            useTool('Task', { description: 'x', prompt: 'SUBAGENT x', subagent_type: 'general-purpose' }),
            say('I wait.'),
          ],
        },
      ],
      meanwhile: async ({ first }) => {
        await first('agent.result');
        process.kill(Number((await first('task.process')).data['pid']), 'SIGKILL');
      },
      outcome: 'agent_crashed',
    },
    {
      what: 'before a sub-agent has ended, which takes longer than Claude Code itself waits for one',
      // As if Claude Code waited for half a second, and not for ten minutes.
      program:
        ': "${CLAUDE_CODE_PRINT_BG_WAIT_CEILING_MS:=500}"; export CLAUDE_CODE_PRINT_BG_WAIT_CEILING_MS; exec "$CLAUDE" "$@"',
      model: () => [
        { marker: 'SUBAGENT', turns: [delay(2500, say('found'))] },
        {
          marker: 'Do it.',
          turns: [
            useTool('Task', { description: 'x', prompt: 'SUBAGENT x', subagent_type: 'general-purpose' }),
            say('I wait.'),
            say('It was found.'),
          ],
        },
      ],
      outcome: 'completed',
      also: reports('It was found.'),
    },
    {
      what: 'in an edit outside of its workspace, which is refused',
      model: doing(useTool('Write', { file_path: '/etc/made-by-an-agent', content: 'x' })),
      outcome: 'completed',
    },
  ],
};
