import {
  say,
  startScriptedModel,
  useTool,
  type ModelRequest,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const SECRET = 'sk-test-never-in-a-command';
const TOKEN = 'oauth-test-never-in-a-command';

let model: ScriptedModel;
let under: StackUnderTest;
const stacks: StackUnderTest[] = [];
beforeAll(async () => {
  model = await startScriptedModel({
    script: [
      { marker: 'What is 2+2?', turns: Array.from({ length: 20 }, () => say('Four.')) },
      { marker: 'Show your environment', turns: [useTool('Bash', { command: 'env; id' }), say('Shown.')] },
      {
        marker: 'Work through the list',
        turns: Array.from({ length: 20 }, () => (request: ModelRequest) => orchestrate(request)),
      },
    ],
  });
  under = await start({ ANTHROPIC_API_KEY: SECRET });
});
afterAll(async () => {
  for (const one of stacks) await one.stop();
  await model.close();
});

function orchestrate(request: ModelRequest) {
  const last = JSON.stringify(request.messages.at(-1)?.content);
  if (!JSON.stringify(request.messages).includes('tool_result'))
    return useTool('mcp__cc-executor__execute_task', {
      task: { command: 'echo from-below' },
      execution_id: 'started-below',
      wait_seconds: 30,
    });
  return say(last.includes('"is_error":true') ? `It failed: ${last}` : 'It is done.');
}

async function start(env: Record<string, string>): Promise<StackUnderTest> {
  const started = await startStackUnderTest({ ANTHROPIC_BASE_URL: model.url, ...env });
  stacks.push(started);
  return started;
}

async function runCommand(of: StackUnderTest, command: string) {
  const id = await of.submit({ tasks: [{ command }], timeout_per_task: 240 });
  await of.ended(id, 300);
  const { results } = await of.results(id);
  return { id, ...results[0] };
}

describe('a command with claude', () => {
  it('is answered, by the version that prompts use, as the first line of cc_executor has it', async () => {
    const env = { PATH: process.env['PATH'], HOME: under.folder, CC_EXECUTOR_URL: under.stack.apiUrl };
    const args = [CLI, 'run', "claude -p 'What is 2+2?'"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout.trim()).toBe('Four.');
    expect(model.requests.at(-1)?.headers).toMatchObject({ 'x-api-key': SECRET });
    const version = await runCommand(under, 'claude --version; command -v claude');
    expect(version.stdout).toMatch(/\(Claude Code\)\n.*\/data\/bin\/claude\n$/);
  });

  it('has the credential nowhere: not in its environment, nor in that of the tools of its claude', async () => {
    const { stdout = '' } = await runCommand(
      under,
      `env; claude -p 'Show your environment' --allowedTools Bash --output-format stream-json --verbose`,
    );
    expect(stdout).toContain('Shown.');
    expect(stdout).toContain('uid=');
    expect(stdout).not.toContain(SECRET);
    // What an API's client would look for is in claude alone.
    expect(stdout.split('{"type"')[0]).not.toMatch(/^(ANTHROPIC_|CLAUDE_)/m);
    expect(await everyFile()).not.toContain(SECRET);
  });

  it('lets nothing through when the attempt has ended', async () => {
    const first = await runCommand(under, 'printf %s "$CC_EXECUTOR_FOR_CLAUDE"');
    const variables = new Map(
      (first.stdout ?? '').split('\t').map((line) => {
        const [name = '', ...value] = line.split('=');
        return [name, value.join('=')];
      }),
    );
    const before = model.requests.length;
    const answer = await fetch(`${variables.get('ANTHROPIC_BASE_URL') ?? ''}/v1/messages`, {
      method: 'POST',
      body: '{}',
      headers: { 'x-api-key': variables.get('ANTHROPIC_API_KEY') ?? '' },
    });
    expect([answer.status, model.requests.length]).toEqual([401, before]);
  });

  it('may orchestrate by MCP, as a task whose lists are below its own', async () => {
    const { stdout: entry } = await promisify(execFile)(
      process.execPath,
      [CLI, 'mcp', 'install', '--print', '--json', '--transport', 'http'],
      { env: { PATH: process.env['PATH'], HOME: under.folder, CC_EXECUTOR_URL: under.stack.apiUrl } },
    );
    const file = join(under.folder, 'mcp.json');
    await writeFile(file, JSON.stringify((JSON.parse(entry) as { configuration: object }).configuration));
    const orchestrator = await runCommand(
      under,
      `claude -p 'Work through the list' --strict-mcp-config --mcp-config '${file}' --permission-mode dontAsk --allowedTools mcp__cc-executor`,
    );
    expect(orchestrator).toMatchObject({ stdout: 'It is done.\n', stderr: '' });
    expect(await under.status('started-below')).toMatchObject({ status: 'completed' });
  });

  it('reaches the model with a token as with a key', async () => {
    const byToken = await start({ CLAUDE_CODE_OAUTH_TOKEN: TOKEN });
    const { stdout } = await runCommand(byToken, "claude -p 'What is 2+2?'; env");
    expect(stdout).toMatch(/^Four\.\n/);
    expect(stdout).not.toContain(TOKEN);
    expect(model.requests.at(-1)?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'anthropic-beta': expect.stringContaining('oauth'),
    });
  });

  it('is refused with what to do instead, where a setting forbids it or there is nothing to relay', async () => {
    const forbidden = await start({ ANTHROPIC_API_KEY: SECRET, CC_EXECUTOR_COMMAND_CLAUDE: 'false' });
    const refused = await runCommand(forbidden, "claude -p 'What is 2+2?'");
    expect(refused).toMatchObject({ status: 'failed', exit_code: 1 });
    expect(refused.stderr).toMatch(/^claude: .*CC_EXECUTOR_COMMAND_CLAUDE.*run -p/);
    const PATH = '/usr/bin:/bin';
    const without = await start({ PATH });
    const none = await runCommand(without, "claude -p 'What is 2+2?'");
    expect([none.exit_code, none.stderr]).toEqual([1, expect.stringMatching(/claude setup-token.*run -p/)]);
    // A login of the user is read by the user's own program alone.
    const own = await mkdtemp(join(tmpdir(), 'cc-own-claude-'));
    await writeFile(join(own, 'claude'), '#!/bin/sh\necho mine\n');
    await chmod(join(own, 'claude'), 0o755);
    const withOwn = await start({ PATH: `${own}:${PATH}` });
    expect((await runCommand(withOwn, 'claude')).stdout).toBe('mine\n');
    await rm(own, { recursive: true });
  });
});

/** All that the worker has written about its commands, as one text. */
async function everyFile(): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'find',
    [join(under.folder, 'data'), '-type', 'f', '-size', '-2M', '-not', '-path', '*/redis/*'],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  const texts = stdout
    .trim()
    .split('\n')
    .map((file) => readFile(file, 'latin1').catch(() => ''));
  return (await Promise.all(texts)).join('\n');
}
