import { describe, expect, it } from 'vitest';
import { readWorkers } from '../src/index.ts';
import type { WorkerReport } from '../src/index.ts';

const NOW = new Date('2026-11-29T06:00:00Z');
const report = (worker: string): WorkerReport => ({
  worker,
  host: 'host-of-somebody',
  pid: 4711,
  version: '0.1.0',
  since: '2026-11-29T05:00:00.000Z',
  budget: { scope: 'scope-of-the-host', agents: 4 },
  lanes: { prompts: { slots: 2, running: 1 }, commands: { slots: 4, running: 0 } },
  as_root: true,
  auth: { status: 'authenticated', method: 'api_key', message: 'the key from /home/somebody/.env' },
  plan: [
    { limit: 'five_hour', used: 0.4, resets_at: '2026-11-29T08:00:00.000Z', per_usd: 0.1 },
    { limit: 'seven_day', used: 0.2, resets_at: null, per_usd: null },
    { limit: 'over', used: 1, resets_at: '2026-11-29T05:59:00.000Z', per_usd: null },
  ],
  machine: { load_per_core: 0.5, cpu_busy: null, available_memory: 2 ** 30, gpus: [] },
});

describe('the workers', () => {
  it('are those that are alive, by name, with the limits that still hold', async () => {
    const workers = await readWorkers(
      { list: async () => await Promise.resolve(['b', 'a'].map(report)) },
      NOW,
    );
    expect(workers.map(({ worker }) => worker)).toEqual(['a', 'b']);
    expect(workers[0]).toEqual({
      worker: 'a',
      version: '0.1.0',
      since: '2026-11-29T05:00:00.000Z',
      lanes: { prompts: { slots: 2, running: 1 }, commands: { slots: 4, running: 0 } },
      agents: 4,
      credential: { status: 'authenticated', method: 'api_key' },
      plan: [
        { limit: 'five_hour', used: 0.4, resets_at: '2026-11-29T08:00:00.000Z' },
        { limit: 'seven_day', used: 0.2, resets_at: null },
      ],
      machine: { load_per_core: 0.5, cpu_busy: null, available_memory: 2 ** 30 },
    });
  });

  it('tell no host, process, path or scope', async () => {
    const told = JSON.stringify(
      await readWorkers({ list: async () => await Promise.resolve([report('a')]) }, NOW),
    );
    for (const secret of ['somebody', '4711', 'scope', 'root']) expect(told).not.toContain(secret);
  });
});
