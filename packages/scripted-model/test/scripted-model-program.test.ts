import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-executor-'));
});
afterEach(() => rm(folder, { recursive: true, maxRetries: 10 }));

async function program(name: string, content: string) {
  const file = join(folder, name);
  await writeFile(file, content);
  return spawn(process.execPath, [main, file], { stdio: ['ignore', 'pipe', 'pipe'] });
}

const conversations = [{ marker: 'apples', turns: [{ blocks: [{ text: 'from a file' }] }] }];

it.each([
  ['script.json', JSON.stringify(conversations)],
  ['script.ts', `export default ${JSON.stringify(conversations)} satisfies object;`],
])('runs %s as its own process, prints its address, and ends when asked', async (name, content) => {
  const child = await program(name, content);
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  const response = await fetch(`${url}/v1/messages?beta=true`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'apples' }] }),
  });
  expect(await response.json()).toMatchObject({ content: [{ type: 'text', text: 'from a file' }] });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('names the fault of a script', async () => {
  const child = await program('script.json', JSON.stringify([{ marker: 'apples', turn: [] }]));
  const said = text(child.stderr);
  expect((await once(child, 'exit'))[0]).toBe(1);
  expect(await said).toContain('"turns"');
});
