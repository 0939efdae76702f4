import { httpError, processesWith, say, startScriptedModel, useTool, turnOf } from '@cc-executor/testkit';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const SECRET = 'hush-hush-hush';
let model: Awaited<ReturnType<typeof startScriptedModel>>;
let under: StackUnderTest;
beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      if (JSON.stringify(request.messages).includes('Be refused.')) return httpError(401, 'no such key');
      return turnOf(request) === 0 ? useTool('Bash', { command: 'env' }) : say('Done.');
    },
  });
  under = await startStackUnderTest({
    ANTHROPIC_API_KEY: `sk-ant-api03-${SECRET}`,
    ANTHROPIC_BASE_URL: model.url,
    LOG_LEVEL: 'trace',
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

async function filesWith(text: string): Promise<string[]> {
  const entries = await readdir(under.folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const contents = await Promise.all(files.map((file) => readFile(file, 'latin1')));
  return files.filter((_, index) => contents[index]?.includes(text));
}

describe('the credential', () => {
  // Proves: credential-to-the-agent-alone
  it('is in no file, no answer and no environment of a process', async () => {
    const good = await under.submit({ tasks: ['Do it.', { command: 'env' }] });
    expect(await under.ended(good)).toMatchObject({ status: 'completed' });
    const refused = await under.submit({ tasks: ['Be refused.'] });
    await expect.poll(async () => (await under.status(refused)).status).toBe('paused');

    expect(model.requests[0]?.headers['x-api-key']).toBe(`sk-ant-api03-${SECRET}`);
    expect(processesWith(SECRET)).toEqual([]);
    const told = [
      await under.results(good),
      await under.events(good),
      await under.eventsSoFar(refused),
      (await under.call('GET', '/auth/status')).body,
    ];
    expect(JSON.stringify(told)).not.toContain(SECRET);
    expect(await filesWith(SECRET)).toEqual([]);
  });
});
