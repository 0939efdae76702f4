import type { Health, HistoryView } from '@cc-executor/contracts';
import { waitFor } from '@cc-executor/testkit';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let folder: string;
let under: StackUnderTest;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-gpu-'));
  const program = join(folder, 'nvidia-smi');
  await writeFile(program, '#!/bin/sh\necho "25, 1024, 24576"\necho "[N/A], [N/A], [N/A]"\n');
  await chmod(program, 0o755);
  under = await startStackUnderTest({
    PATH: [folder, process.env['PATH']].join(delimiter),
    // More than any machine has: no prompt may begin.
    CC_EXECUTOR_AGENT_MEMORY: String(2 ** 40),
  });
});
afterAll(async () => {
  await under.stop();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

const workersCheck = async () =>
  ((await under.call('GET', '/health')).body as Health).checks['workers']?.message ?? '';

it('is in the health of its worker, with its GPUs', async () => {
  const told =
    /; processors \d+ % busy; GPU 25 % busy, 1\.0 of 24\.0 GiB used; GPU unknown; load \d+\.\d\d per core, \d+\.\d GiB/;
  const isTold = await waitFor(async () => told.test(await workersCheck()), { what: 'GPUs in the health' });
  expect(isTold).toBe(true);
});

it('is in the history of each run', async () => {
  const id = await under.submit({ tasks: [{ command: 'true' }] });
  await under.ended(id);
  const { rows } = (await under.call('GET', '/history')).body as HistoryView;
  expect(rows.find((row) => row.execution_id === id)).toMatchObject({
    load_per_core: expect.any(Number),
    cpu_busy: expect.any(Number),
    available_memory: expect.any(Number),
    gpu_busy: 0.25,
  });
});

it('keeps prompts waiting while its memory is short, says why, and runs commands meanwhile', async () => {
  const id = await under.submit({ tasks: ['What is 2+2?'] });
  await under.ended(await under.submit({ tasks: [{ command: 'true' }] }));
  expect((await under.status(id)).status).toBe('queued');
  expect(await workersCheck()).toContain(
    'prompts wait for memory: 1024.0 GiB are needed (CC_EXECUTOR_AGENT_MEMORY)',
  );
  await under.call('DELETE', `/executions/${id}`);
  await under.ended(id);
});
