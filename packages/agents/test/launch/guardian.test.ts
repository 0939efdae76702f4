import { processIsAlive, waitFor } from '@cc-executor/testkit';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { Guardian, LocalLauncher } from '../../src/index.ts';

it('a guardian that died is started again, as soon as that is possible, and watches what the one before did', async () => {
  const guardian = new Guardian();
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
