import { claudeExecutable } from '@cc-executor/agents';
import {
  delay,
  say,
  startScriptedModel,
  useTool,
  waitFor,
  type ModelRequest,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const tool = (name: string, input: Record<string, unknown>) => useTool(`mcp__cc-executor__${name}`, input);

let model: ScriptedModel;
let under: StackUnderTest;
beforeAll(async () => {
  model = await startScriptedModel({
    script: [
      { marker: 'Say what two and two make', turns: [say('Four.')] },
      ...['http', 'stdio'].map((id) => ({
        marker: `call it ${id}`,
        turns: Array.from({ length: 200 }, () => (request: ModelRequest) => orchestrate(id, request)),
      })),
    ],
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

/** An orchestrator that goes by prompts/cc_execute.md: what it does next hangs on what the last tool has answered. */
function orchestrate(id: string, request: ModelRequest) {
  const last = JSON.stringify(request.messages.at(-1)?.content);
  const until = { command: 'touch begun; until [ -e go ]; do sleep 0.02; done' };
  const tasks = [until, 'Say what two and two make.', { command: 'echo done' }];
  if (!JSON.stringify(request.messages).includes('tool_result'))
    return tool('execute_task_list', { tasks, execution_id: id, wait_seconds: 1 });
  if (last.includes('next_after_task'))
    return say(`The second task said: ${/Four/.exec(last)?.[0] ?? 'nothing'}`);
  if (/\\"ended\\\\*":true/.test(last)) return tool('get_results', { execution_id: id });
  const again = tool('wait_for_execution', { execution_id: id, wait_seconds: 20 });
  // Nobody answers while the API restarts: it thinks for a moment, and asks again.
  return last.includes('"is_error":true') ? delay(200, again) : again;
}

/** The real Claude Code with an MCP configuration, in its own home. */
async function claude(prompt: string, configuration: object) {
  const home = join(under.folder, 'orchestrator');
  await mkdir(home, { recursive: true });
  const file = join(home, 'mcp.json');
  await writeFile(file, JSON.stringify(configuration));
  const args = ['-p', prompt, '--strict-mcp-config', '--mcp-config', file, '--output-format', 'stream-json'];
  const child = spawn(
    claudeExecutable(null),
    [...args, '--verbose', '--permission-mode', 'dontAsk', '--allowedTools', 'mcp__cc-executor'],
    {
      cwd: home,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        ANTHROPIC_API_KEY: 'sk-test',
        ANTHROPIC_BASE_URL: model.url,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
    },
  );
  const lines = (await text(child.stdout)).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function restart(name: string): Promise<void> {
  const before = under.stack.pids()[name] ?? 0;
  process.kill(before, 'SIGTERM');
  await waitFor(() => ![before, undefined, 0].includes(under.stack.pids()[name]));
}

describe('an orchestrating Claude Code', () => {
  it.each<[string, (name: string) => Promise<object>]>([
    ['http', async () => await printed('http')],
    ['stdio', async () => await printed('stdio')],
  ])(
    'finds the tools over %s, runs a list, outlives a restart, and reads the results',
    async (id, configure) => {
      const running = claude(`Work through the list; call it ${id}.`, await configure(id));
      await waitFor(() => existsSync(join(under.workspace(id), 'begun')), {
        what: 'the list to run',
      });
      await restart('api');
      await restart('gateway');
      await waitFor(async () => (await under.call('GET', '/health').catch(() => null))?.status === 200);
      await under.put(id, 'go');
      const messages = await running;
      expect(messages.find(({ type }) => type === 'system')).toMatchObject({
        mcp_servers: [{ name: 'cc-executor', status: 'connected' }],
        tools: expect.arrayContaining([
          'mcp__cc-executor__execute_task_list',
          'mcp__cc-executor__get_results',
        ]),
      });
      expect(messages.at(-1)).toMatchObject({ is_error: false, result: 'The second task said: Four' });
      expect(await under.status(id)).toMatchObject({ status: 'completed', completed_tasks: 3 });
    },
  );
});

/** What "cc-executor mcp install --print" says. */
async function printed(transport: string): Promise<object> {
  const args = [CLI, 'mcp', 'install', '--print', '--json', '--transport', transport];
  const env = { PATH: process.env['PATH'], CC_EXECUTOR_URL: under.stack.apiUrl };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return (JSON.parse(await text(child.stdout)) as { configuration: object }).configuration;
}
