import { firstUserTexts, say, startScriptedModel, useTool, type ScriptedModel } from '@cc-executor/testkit';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliUnderTest } from './cli-under-test.ts';

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      const prompt = firstUserTexts(request).at(-1) ?? '';
      if (prompt.startsWith('Rewrite this prompt'))
        return useTool('StructuredOutput', { amended: 'Clear', is_ambiguous: true, reason: 'It was vague.' });
      if (prompt.startsWith('Clear')) return say('It is clear.');
      if (prompt.startsWith('Judge')) return useTool('StructuredOutput', { is_valid: false, reason: 'No.' });
      if (prompt.startsWith('Count')) return useTool('StructuredOutput', { n: 3 }, 'I count.');
      if (prompt.startsWith('Long')) return say('x'.repeat(100_000), { chunk: 10_000 });
      return say('Prose.');
    },
  });
  under = await startCliUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

describe('run -p', () => {
  it('gives JSON that fits a schema, and nothing else, to the program that reads it', async () => {
    const file = join(under.folder, 'schema.json');
    await writeFile(file, '{"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}');
    const counted = await under.cli('run', '-p', 'Count.', '--json-schema', file);
    expect(counted).toEqual({ code: 0, stdout: '{"n":3}\n', stderr: '' });
    const refused = await under.cli('run', '-p', 'Count.', '--json-schema', join(under.folder, 'none.json'));
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('a file with a JSON schema') });
  });

  it('returns nothing where there is no JSON, with the reason', async () => {
    const failed = await under.cli('run', '-p', 'Talk.', '--json-mode');
    expect(failed).toEqual({ code: 1, stdout: '', stderr: 'cc-executor: The answer is not JSON.\n' });
  });

  it('has a prompt rewritten first, and reports why', async () => {
    const answered = await under.cli('run', '-p', 'Vague.', '--amend-prompt');
    expect(answered).toEqual({ code: 0, stdout: 'It is clear.\n', stderr: '' });
    const listed = JSON.parse((await under.cli('list', '--json')).stdout) as {
      executions: { execution_id: string }[];
    };
    const told = await under.cli('results', listed.executions[0]?.execution_id ?? '');
    expect(told.stdout).toContain('prompt amended: It was vague.');
  });

  it('has the work checked, shows what a failing check printed, and fails', async () => {
    const checks = ['--check', 'echo looked', '--check', 'echo found; exit 3'];
    expect(await under.cli('run', 'echo made', ...checks)).toEqual({
      code: 1,
      stdout: 'made\n',
      stderr:
        'found\ncc-executor: A check failed. "echo found; exit 3": The command ended with exit code 3.\n',
    });
    const bad = await under.cli('run', 'true', '--on-check-failure', 'warn');
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('needs checks') });
  });

  it('fails without the UUID that is required', async () => {
    const failed = await under.cli('run', '-p', 'Talk.', '--require-uuid');
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('has no UUID in its place') });
  });

  it('gives a long answer whole', async () => {
    expect((await under.cli('run', '-p', 'Long.')).stdout).toBe(`${'x'.repeat(100_000)}\n`);
  });

  it('reports a bad verdict beside the answer', async () => {
    const judged = await under.cli('run', '-p', 'Talk.', '--validation-prompt', 'Judge {response}');
    expect(judged).toEqual({
      code: 0,
      stdout: 'Prose.\n',
      stderr: 'cc-executor: The answer was judged invalid: No.\ncc-executor: completed with warnings.\n',
    });
  });

  it('is refused what is for prompts only, for a command', async () => {
    const refused = await under.cli('run', 'true', '--max-turns', '3', '--allowed-tools', 'Read', 'Grep');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--allowed-tools: is for prompts only');
    expect(refused.stderr).toContain('--max-turns: is for prompts only');
  });
});
