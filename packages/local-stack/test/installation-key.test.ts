import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identityOf } from '../src/children/process-identity.ts';
import { installationKeyOf } from '../src/installation-key.ts';

const URL = 'http://127.0.0.1:8001';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-key-'));
  await writeFile(join(folder, 'access-key'), 'the-key\n');
});
afterEach(async () => {
  await rm(folder, { recursive: true, maxRetries: 10 });
});

async function write(pid: number, api: string): Promise<void> {
  const record = { ...identityOf(pid), api, ws: null, processes: [] };
  await writeFile(join(folder, 'stack.json'), JSON.stringify(record));
}

it('the key of the installation is sent to its own stack, and to nobody else', async () => {
  const env = { CC_EXECUTOR_DATA_DIR: folder };
  expect(installationKeyOf(env, URL)).toBeUndefined();
  await write(process.pid, URL);
  expect(installationKeyOf(env, URL)).toBe('the-key');
  expect(installationKeyOf(env, 'http://127.0.0.1:8002')).toBeUndefined();
});

it('nor to what listens there when the stack has ended', async () => {
  const child = spawn('sleep', ['600']);
  await once(child, 'spawn');
  await write(child.pid ?? 0, URL);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(installationKeyOf({ CC_EXECUTOR_DATA_DIR: folder }, URL)).toBeUndefined();
});

it('what a task has put in the place of the record blocks no command', async () => {
  execFileSync('mkfifo', [join(folder, 'stack.json')]);
  expect(installationKeyOf({ CC_EXECUTOR_DATA_DIR: folder }, URL)).toBeUndefined();
});
