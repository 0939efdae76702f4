import { say, startScriptedModel, type ScriptedModel } from '@cc-executor/testkit';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliUnderTest } from './cli-under-test.ts';

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel({ script: [{ marker: 'Answer', turns: [say('Yes.')] }] });
  under = await startCliUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

describe('mcp install', () => {
  it('adds the server to what is there, once, and never over another', async () => {
    const file = await under.file(
      '.mcp.json',
      '{\n  // mine\n  "mcpServers": {"other": {"command": "x"}}\n}\n',
    );
    const wrote = await under.cli('mcp', 'install', '--file', file);
    expect(wrote).toMatchObject({ code: 0, stdout: `wrote ${file}\n` });
    const text = await readFile(file, 'utf8');
    expect(text).toContain('// mine');
    expect(text).toMatch(/"other": \{\s*"command": "x"\s*\}/);
    expect(text).toContain(`"url": "${under.stack.apiUrl}/mcp"`);
    expect(await under.cli('mcp', 'install', '--file', file)).toMatchObject({
      stdout: expect.stringMatching(/^kept/),
    });
    const other = await under.cli('mcp', 'install', '--file', file, '--transport', 'stdio');
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('another server') });
    for (const [content, why] of [
      ['not json', 'is not a JSON object'],
      ['{"mcpServers": ["x"]}', '"mcpServers" in'],
    ] as const) {
      await writeFile(file, content);
      const refused = await under.cli('mcp', 'install', '--file', file);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
      expect(await readFile(file, 'utf8')).toBe(content);
    }
  });

  it('only prints when asked to, and never a key', async () => {
    const file = join(under.folder, 'none.json');
    const { stdout } = await under.cli('mcp', 'install', '--print', '--file', file);
    expect(stdout).toContain('claude mcp add --transport http cc-executor');
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });
});

describe('prompts stats', () => {
  it('reports from the history how prompts ended, and why they failed', async () => {
    await under.cli('run', '-p', 'Answer with a word.');
    await under.cli('run', '-p', 'Answer with a word.', '--json-mode');
    await under.cli('run', 'true');
    const { stdout } = await under.cli('prompts', 'stats', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      attempts: 2,
      succeeded: 1,
      failed: 1,
      prompts: [{ prompt: 'Answer with a word.', failures: { invalid_output: 1 } }],
    });
    const told = await under.cli('prompts', 'stats');
    expect(told.stdout).toContain('2 attempts at prompts: 1 succeeded, 1 failed');
  });
});
