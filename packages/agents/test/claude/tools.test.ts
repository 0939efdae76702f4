import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { say, turnOf, useTool, type Reply } from '@cc-executor/testkit';
import { claudeHarness } from './harness.ts';

const harness = claudeHarness();

/** Runs a task in which the model uses each tool in turn, then says that it is done. */
async function using(...uses: Reply[]) {
  const model = await harness.model((request) => uses[turnOf(request)] ?? say('Done.'));
  const started = await harness.start('go', model);
  return { ...started, model, end: await started.run.ended };
}

describe('a tool', () => {
  it('really runs, in the workspace, and its use and result are reported', async () => {
    const command = 'printf "%s" "$CC_EXECUTOR_EXECUTION_ID/$CC_EXECUTOR_TASK" > made; pwd';
    const { cwd, of, end, text } = await using(useTool('Bash', { command }, 'I make it.'));
    expect(await readFile(join(cwd, 'made'), 'utf8')).toBe('e1/1');
    const [use] = of('agent.tool_use');
    expect(use).toMatchObject({ name: 'Bash', input: { command } });
    expect(of('agent.tool_result')).toMatchObject([
      { id: use?.id, is_error: false, exit_code: 0, content: cwd },
    ]);
    expect(end).toMatchObject({ outcome: 'completed', result: 'Done.', turns: 2 });
    expect(text('stdout')).toBe('I make it.\nDone.');
  });

  it('that fails is returned to the model, which continues', async () => {
    const { of, end, model } = await using(useTool('Bash', { command: 'echo oops >&2; exit 3' }));
    expect(of('agent.tool_result')).toMatchObject([
      { is_error: true, exit_code: 3, content: expect.stringContaining('oops') },
    ]);
    expect(end.outcome).toBe('completed');
    expect(model.requests).toHaveLength(2);
  });

  it('reports no exit code where its end has none', async () => {
    const { of } = await using(
      useTool('Bash', { command: 'grep no-such-word /dev/null' }),
      useTool('Bash', { command: 'exit 5', run_in_background: true }),
      useTool('Read', { file_path: '/no/such/file' }),
    );
    const results = of('agent.tool_result');
    expect(results.map(({ is_error, exit_code }) => [is_error, exit_code])).toEqual([
      [false, undefined],
      [false, undefined],
      [true, undefined],
    ]);
  });

  it('edits files in the workspace, and none outside', async () => {
    const cwd = await harness.workspace();
    const outside = join(cwd, '..', 'outside.txt');
    const model = await harness.model((request) => {
      const uses = [
        useTool('Write', { file_path: join(cwd, 'in.txt'), content: 'in' }),
        useTool('Write', { file_path: outside, content: 'out' }),
      ];
      return uses[turnOf(request)] ?? say('Done.');
    });
    const { run, of } = await harness.start('go', model, { cwd });
    expect((await run.ended).outcome).toBe('completed');
    expect(of('agent.tool_result').map((result) => result.is_error)).toEqual([false, true]);
    expect(await readFile(join(cwd, 'in.txt'), 'utf8')).toBe('in');
    await expect(stat(outside)).rejects.toThrow('ENOENT');
  });

  // Proves: tasks-see-no-settings
  it('sees no setting or secret of the worker', async () => {
    const model = await harness.model((request) =>
      turnOf(request) === 0 ? useTool('Bash', { command: 'env' }) : say('Done.'),
    );
    const env = {
      CC_EXECUTOR_API_KEY: 'hush-1',
      REDIS_URL: 'hush-2',
      OTHER_SECRET: 'hush-3',
      LC_ALL: 'C.UTF-8',
    };
    const { run, of } = await harness.start('go', model, { env });
    await run.ended;
    const seen = JSON.stringify(of('agent.tool_result'));
    expect(seen).toContain('LC_ALL=C.UTF-8');
    expect(seen).not.toContain('hush');
  });

  it.each([
    { what: 'key', name: 'ANTHROPIC_API_KEY', header: 'x-api-key', as: 'sk-ant-hush' },
    { what: 'token', name: 'CLAUDE_CODE_OAUTH_TOKEN', header: 'authorization', as: 'Bearer sk-ant-hush' },
  ])('sees no $what, neither in its environment nor in that of the agent', async ({ name, header, as }) => {
    const command = 'env; cat /proc/$PPID/environ | tr "\\0" "\\n"; echo looked';
    const model = await harness.model((request) =>
      turnOf(request) === 0 ? useTool('Bash', { command }) : say('Done.'),
    );
    const env = { ANTHROPIC_API_KEY: '', [name]: 'sk-ant-hush' };
    const { run, of, messages } = await harness.start('go', model, { env });
    expect(await run.ended).toMatchObject({ outcome: 'completed' });
    expect(model.requests[0]?.headers[header]).toBe(as);
    expect(JSON.stringify(of('agent.tool_result'))).toContain('looked');
    expect(JSON.stringify(messages)).not.toContain('hush');
  });

  it('that gives much is cut in events, and whole in the transcript', async () => {
    const content = 'x'.repeat(200_000);
    const { of, messages, cwd } = await using(useTool('Write', { file_path: 'big.txt', content }));
    expect(of('agent.tool_use')[0]).toMatchObject({
      input: { content: expect.stringMatching(/^x{8192}… \[191808 bytes more, in the transcript\]$/) },
      raw: { type: 'assistant' },
    });
    expect(JSON.stringify(of('agent.tool_use'))).not.toContain('x'.repeat(10_000));
    expect(JSON.stringify(messages)).toContain(content);
    expect((await stat(join(cwd, 'big.txt'))).size).toBe(200_000);
  });
});
