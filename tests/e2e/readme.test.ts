import { say, startScriptedModel, waitFor } from '@cc-executor/testkit';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** The shell blocks of the README, in order. */
async function blocks(): Promise<string[]> {
  const text = await readFile(join(ROOT, 'README.md'), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block.trim());
}

// Proves: readme-is-true
it('the README does what it says, block by block', async () => {
  const [start = '', docker, ...walk] = await blocks();
  expect([start, docker]).toEqual(['npm start', 'docker compose up']); // the second is tried with a real engine
  const folder = await mkdtemp(join(tmpdir(), 'cc-readme-'));
  const data = join(folder, 'data');
  const model = await startScriptedModel({ script: () => say('It adds two numbers.') });
  const stack = spawn('bash', ['-c', start], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      CLAUDE_CONFIG_DIR: join(folder, 'claude'),
      CC_EXECUTOR_DATA_DIR: data,
      CC_EXECUTOR_API_PORT: '0',
      CC_EXECUTOR_WS_PORT: '0',
      ANTHROPIC_API_KEY: 'sk-test',
      ANTHROPIC_BASE_URL: model.url,
    },
  });
  let printed = '';
  stack.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = once(stack, 'exit');
  try {
    await waitFor(() => printed.includes('Try it:'), { what: 'npm start to be ready' });
    expect(printed).toContain('authenticated');
    const { api } = JSON.parse(await readFile(join(data, 'stack.json'), 'utf8')) as { api: string };
    const outputs: string[] = [];
    for (const block of walk) {
      const script = block.replaceAll('http://127.0.0.1:8001', api);
      outputs.push((await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script])).stdout);
    }
    const [submitted, watched, read, waited, cancelled, paused] = outputs;
    expect(submitted).toMatch(/"execution_id":"my-first","status":"(queued|running)","total_tasks":3/);
    expect(watched).toContain('"type":"execution.completed"');
    expect(read).toContain('"progress":"3/3 tasks completed"');
    expect(read).toContain('"result":"It adds two numbers."');
    expect(read).toMatch(/calc\.py\n$/);
    expect(waited).toContain('"completed_tasks":2,"failed_tasks":1');
    expect(cancelled).toContain('"status":"cancelling"');
    expect(paused).toMatch(/"status":"paused".*"status":"(queued|running)"/s);
  } finally {
    process.kill(-(stack.pid ?? 0), 'SIGINT'); // as Ctrl-C on a terminal does: to the whole group
    await ended;
    await model.close();
  }
  expect(printed).toContain('is ending');
  await rm(folder, { recursive: true, maxRetries: 10 });
});
