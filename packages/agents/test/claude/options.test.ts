import type { PromptOptions } from '@cc-executor/contracts';
import { say, textsOf, turnOf, useTool, type Reply } from '@cc-executor/testkit';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claudeHarness } from './harness.ts';

const harness = claudeHarness();
const MCP = { command: process.execPath, args: [join(import.meta.dirname, '../fixtures/serves-mcp.ts')] };

/** Runs a prompt with these options; the model uses each tool in turn, then says that it is done. */
async function using(options: PromptOptions, ...uses: Reply[]) {
  const model = await harness.model((request) => uses[turnOf(request)] ?? say('Done.'));
  const cwd = await harness.workspace();
  const started = await harness.start('go', model, { cwd, options });
  const end = await started.run.ended;
  return { ...started, cwd, model, end, warnings: started.of('task.warning') };
}

const results = (of: Awaited<ReturnType<typeof using>>['of']) =>
  of('agent.tool_result').map(({ is_error }) => is_error);
const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('a system prompt addition', () => {
  it("comes after the agent's own", async () => {
    const { model } = await using({ append_system_prompt: 'Sign with a heart.' });
    const system = textsOf(model.requests[0]?.body.system).join('\n');
    expect(system.indexOf('Sign with a heart.')).toBeGreaterThan(1000);
  });
});

describe('tools', () => {
  it('are those that are allowed, and a denied one is reported', async () => {
    const write = useTool('Write', { file_path: 'a.txt', content: 'x' });
    const { of, end, cwd, warnings } = await using({ allowed_tools: ['Read'] }, write);
    expect(results(of)).toEqual([true]);
    expect(await exists(join(cwd, 'a.txt'))).toBe(false);
    expect(end.outcome).toBe('completed');
    expect(warnings).toEqual([{ code: 'permission_denied', message: 'Denied: Write (a.txt).' }]);
  });

  it('that are denied fail the task where that is asked for; the answer is kept', async () => {
    const { end } = await using(
      { on_denied: 'fail' },
      useTool('WebFetch', { url: 'http://127.0.0.1:1/', prompt: 'x' }),
    );
    expect(end).toMatchObject({ outcome: 'permission_denied', result: 'Done.' });
    expect(end.message).toContain('Denied: WebFetch (http://127.0.0.1:1/).');
  });

  it('that are disallowed are not there', async () => {
    const { of, model } = await using(
      { disallowed_tools: ['Bash'] },
      useTool('Bash', { command: 'touch made' }),
    );
    expect(of('agent.init')[0]?.tools).not.toContain('Bash');
    expect(model.requests[0]?.body.tools?.map(({ name }) => name)).not.toContain('Bash');
    expect(results(of)).toEqual([true]);
  });
});

describe('a permission mode', () => {
  it('plan changes nothing', async () => {
    const write = useTool('Write', { file_path: 'a.txt', content: 'x' });
    const { cwd, of } = await using(
      { permission_mode: 'plan' },
      write,
      useTool('Bash', { command: 'touch made' }),
    );
    expect(results(of)).toEqual([true, true]);
    expect([await exists(join(cwd, 'a.txt')), await exists(join(cwd, 'made'))]).toEqual([false, false]);
  });

  it('acceptEdits edits without a rule', async () => {
    const write = useTool('Write', { file_path: 'a.txt', content: 'x' });
    const { cwd } = await using({ permission_mode: 'acceptEdits', allowed_tools: ['Read'] }, write);
    expect(await readFile(join(cwd, 'a.txt'), 'utf8')).toBe('x');
  });

  it.runIf(process.getuid?.() === 0)(
    'bypassPermissions is refused as root, before anything is started',
    async () => {
      const { end, of, model } = await using({ permission_mode: 'bypassPermissions' });
      expect(end).toMatchObject({
        outcome: 'spawn_failed',
        message: expect.stringContaining('never used as root'),
      });
      expect([of('task.process'), model.requests]).toEqual([[], []]);
    },
  );
});

describe('bounds', () => {
  it('of turns and of the budget end the attempt', async () => {
    const loop = Array.from({ length: 5 }, () => useTool('Bash', { command: 'true' }));
    expect((await using({ max_turns: 2 }, ...loop)).end).toMatchObject({ outcome: 'max_turns', turns: 3 });
    expect((await using({ max_budget_usd: 0.01 }, ...loop)).end.outcome).toBe('budget');
  });
});

describe('extra directories', () => {
  it('can be edited, others cannot', async () => {
    const extra = await harness.workspace();
    const other = await harness.workspace();
    const write = (folder: string) => useTool('Write', { file_path: join(folder, 'a.txt'), content: 'x' });
    const { of } = await using({ extra_dirs: [extra] }, write(extra), write(other));
    expect(results(of)).toEqual([false, true]);
    expect(await readFile(join(extra, 'a.txt'), 'utf8')).toBe('x');
  });

  it('can be edited when their names have brackets or other signs of patterns, and through a link', async () => {
    const outside = await harness.workspace();
    const names = ['with [brackets]', '[ab]', 'st*r', 'wh?t', 'a {b}, c'];
    const folders = [...names, 'link'].map((name) => join(outside, name));
    for (const folder of folders.slice(0, -1)) await mkdir(folder);
    // What the names would fit as patterns.
    const beside = ['a', 'star'].map((name) => join(outside, name));
    for (const folder of [...beside, join(outside, 'real')]) await mkdir(folder);
    await symlink('real', join(outside, 'link'));
    const writes = [...folders, ...beside].map((folder) =>
      useTool('Write', { file_path: join(folder, 'a.txt'), content: 'x' }),
    );
    const { of } = await using({ extra_dirs: folders }, ...writes);
    expect(results(of)).toEqual([...folders.map(() => false), ...beside.map(() => true)]);
  });

  it('that are missing are reported before anything is started', async () => {
    const { end, of } = await using({ extra_dirs: ['/nowhere/at/all'] });
    expect(end).toMatchObject({
      outcome: 'spawn_failed',
      message: 'There is no directory /nowhere/at/all on this worker.',
    });
    expect(of('task.process')).toEqual([]);
  });
});

describe('the environment', () => {
  it('has what is passed by name, and nothing else', async () => {
    const model = await harness.model((request) =>
      turnOf(request) === 0 ? useTool('Bash', { command: 'echo "$ONE-$TWO"' }) : say('Done.'),
    );
    const env = { ONE: 'first', TWO: 'second' };
    const { run, of } = await harness.start('go', model, { env, options: { pass_env: ['ONE', 'UNSET'] } });
    await run.ended;
    expect(of('agent.tool_result')[0]?.content).toBe('first-');
    expect(of('task.warning')).toEqual([
      { code: 'env_not_set', message: 'pass_env names what this worker does not have: UNSET.' },
    ]);
  });
});

describe('MCP servers', () => {
  it('serve their tools, and their input is on no command line', async () => {
    const options = { mcp_servers: { tells: { ...MCP, env: { TOLD: 'hush-hush' } } } };
    const command = 'cat /proc/$PPID/cmdline | tr "\\0" " "';
    const { of, end } = await using(options, useTool('mcp__tells__tell', {}), useTool('Bash', { command }));
    expect(end.outcome).toBe('completed');
    const [told, line] = of('agent.tool_result').map(({ content }) => JSON.stringify(content));
    expect(told).toContain('It is hush-hush.');
    expect(line).toContain('strict-mcp-config');
    expect(line).not.toContain('hush-hush');
  });

  it('may name variables that are passed, so that a secret is in no task list', async () => {
    const model = await harness.model((request) =>
      turnOf(request) === 0 ? useTool('mcp__tells__tell', {}) : say('Done.'),
    );
    const mcp_servers = { tells: { ...MCP, env: { TOLD: '${SECRET}' } } };
    const options = { mcp_servers, pass_env: ['SECRET'] };
    const { run, of } = await harness.start('go', model, { env: { SECRET: 'hush-hush' }, options });
    await run.ended;
    expect(JSON.stringify(of('agent.tool_result')[0]?.content)).toContain('It is hush-hush.');
  });

  it('that cannot be used fail the task before anything is asked', async () => {
    const mcp_servers = { gone: { command: '/nowhere/server' }, tells: MCP };
    const { end } = await using({ mcp_servers }, useTool('Bash', { command: 'sleep 60' }));
    expect(end).toMatchObject({
      outcome: 'mcp_failed',
      message: "MCP servers of this task can't be used: gone (failed).",
      result: null,
    });
  });
});

describe('a workspace that is trusted', () => {
  it('has its settings, hooks and MCP servers count', async () => {
    const cwd = await harness.workspace();
    await writeFile(join(cwd, 'CLAUDE.md'), 'Always whistle while working.');
    await mkdir(join(cwd, '.claude'));
    const hooks = { SessionStart: [{ hooks: [{ type: 'command', command: 'echo hooked > hooked' }] }] };
    await writeFile(
      join(cwd, '.claude', 'settings.json'),
      JSON.stringify({ model: 'claude-other-model', hooks }),
    );
    await writeFile(join(cwd, '.mcp.json'), JSON.stringify({ mcpServers: { tells: MCP } }));
    const model = await harness.model(() => say('ok'));
    const { run, of } = await harness.start('go', model, { cwd, options: { trust_workspace: true } });
    expect((await run.ended).model).toBe('claude-other-model');
    expect(await readFile(join(cwd, 'hooked'), 'utf8')).toBe('hooked\n');
    expect(JSON.stringify(model.requests[0]?.body).split('Always whistle while working.')).toHaveLength(2);
    expect(of('agent.hook').filter(({ phase }) => phase === 'finished')[0]).toMatchObject({
      event: expect.any(String),
      outcome: 'success',
      exit_code: 0,
    });
    // Its tools may come a little later, when it is up.
    expect(of('agent.init')[0]?.raw).toMatchObject({ mcp_servers: [{ name: 'tells' }] });
  });
});
