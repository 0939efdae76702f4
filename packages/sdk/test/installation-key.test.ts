import { identityOf } from '@cc-executor/local-stack/process-identity';
import { CcExecutor } from '@cc-executor/sdk';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const HERE = 'http://127.0.0.1:8001';

let home: string;
let data: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cc-sdk-key-'));
  data = join(home, '.local/state/cc-executor/an-installation');
  await mkdir(data, { recursive: true });
  await writeFile(join(data, 'access-key'), 'the-key\n');
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_STATE_HOME', '');
  vi.stubEnv('CC_EXECUTOR_DATA_DIR', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, maxRetries: 10 });
});

async function running(pid: number, api = HERE): Promise<void> {
  const record = { ...identityOf(pid), api, ws: null, processes: [] };
  await writeFile(join(data, 'stack.json'), JSON.stringify(record));
}

/** The key that a client sends. */
async function sent(options: { url?: string; apiKey?: string } = {}): Promise<string | null> {
  let key: string | null = null;
  const client = new CcExecutor({
    ...options,
    fetch: async (_, init) => {
      key = new Headers(init?.headers).get('authorization');
      return await Promise.resolve(Response.json({}));
    },
  });
  await client.health();
  return key;
}

describe.runIf(process.platform === 'linux')('a client without options', () => {
  it('sends the key of the installation whose stack runs at its address', async () => {
    expect(await sent()).toBeNull();
    await running(process.pid);
    expect(await sent()).toBe('Bearer the-key');
    expect(await sent({ apiKey: 'another-key' })).toBe('Bearer another-key');
    vi.stubEnv('HOME', '/nowhere');
    expect(await sent()).toBeNull();
    vi.stubEnv('CC_EXECUTOR_DATA_DIR', data);
    expect(await sent()).toBe('Bearer the-key');
  });

  it('sends it nowhere else', async () => {
    await running(process.pid, 'http://127.0.0.1:8002');
    expect(await sent()).toBeNull();
    await running(process.pid);
    expect(await sent({ url: HERE })).toBeNull();
    expect(await sent({ url: 'http://example.com' })).toBeNull();
  });

  it('does not send it to what listens there when the stack has ended', async () => {
    const child = spawn('sleep', ['600']);
    await once(child, 'spawn');
    await running(child.pid ?? 0);
    expect(await sent()).toBe('Bearer the-key');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(await sent()).toBeNull();
  });

  it.each<[string, (path: string) => unknown]>([
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a link', async (path) => await symlink('/dev/zero', path)],
    ['half a record', async (path) => await writeFile(path, '{"api":')],
  ])('takes %s in the place of a file for none', async (_, plant) => {
    await running(process.pid);
    for (const name of ['access-key', 'stack.json']) {
      await rm(join(data, name));
      await plant(join(data, name));
      if (name === 'stack.json') await writeFile(join(data, 'access-key.txt'), 'x');
    }
    expect(await sent()).toBeNull();
  });
});
