import { processIsAlive, waitFor } from '@cc-executor/testkit';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Guardian, LocalLauncher } from '../../src/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-guardian-'));
});
afterEach(async () => rm(folder, { recursive: true }));

it('a guardian that died is started again, as soon as that is possible, and watches what the one before did', async () => {
  const guardian = new Guardian({ folder: join(folder, 'signs'), worker: 'w', onWanted: () => true });
  const env = { PATH: process.env['PATH'] ?? '' };
  const spec = { command: 'sleep', args: ['600'], cwd: tmpdir(), env, stdin: 'none' } as const;
  const watched = new LocalLauncher({ guardian }).launch(spec);
  const { pid } = await watched.spawned;
  const [first, node] = [guardian.pid ?? 0, process.execPath];
  process.execPath = '/there/is/none';
  process.kill(first, 'SIGKILL');
  await waitFor(() => guardian.pid === undefined);
  process.execPath = node;
  await waitFor(() => guardian.pid !== undefined);
  expect(guardian.pid).not.toBe(first);
  guardian.close();
  await watched.exited;
  await waitFor(() => !processIsAlive(pid));
});

it('a guardian that ends at once is started again later and later, and that is reported', async () => {
  const program = join(folder, 'ends-at-once');
  await writeFile(program, `#!/bin/sh\ndate +%s%N >> ${join(folder, 'starts')}\n`, { mode: 0o755 });
  const node = process.execPath;
  process.execPath = program;
  const changes: boolean[] = [];
  const options = { folder: join(folder, 'signs'), worker: 'w', onWanted: () => true };
  const guardian = new Guardian({ ...options, onChange: (isThere) => changes.push(isThere) });
  try {
    const starts = await waitFor(async () => {
      const text = await readFile(join(folder, 'starts'), 'utf8').catch(() => '');
      const times = text.split('\n').filter(Boolean).map(Number);
      return times.length >= 4 ? times : null;
    });
    const [first = 0, second = 0, , fourth = 0] = starts.map((time) => time / 1e9);
    expect(second - first).toBeGreaterThan(0.9);
    expect(fourth - first).toBeGreaterThan(5);
    expect(changes).toEqual([false]);
  } finally {
    process.execPath = node;
    guardian.close();
  }
});
