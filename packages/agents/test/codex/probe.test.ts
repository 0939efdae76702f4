import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CodexProbe, LocalLauncher, type Launch } from '../../src/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-codex-probe-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, maxRetries: 10, force: true });
});

const { launch } = new LocalLauncher();

/** Returns a program that does not say its version until the file `ready` is there. */
async function programIn(home: string, before: string): Promise<string> {
  const program = join(home, 'codex');
  const lines = ['#!/bin/sh', `[ -e ${home}/ready ] || { ${before}; exit 1; }`, 'echo codex 1.2.3'];
  await writeFile(program, lines.join('\n'), { mode: 0o755 });
  return program;
}

function probeOf(home: string, program: string, options: { launch?: Launch; patienceMs?: number } = {}) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, OPENAI_API_KEY: 'sk-made-up' };
  return new CodexProbe({ launch, env, executable: () => program, againMs: 50, ...options });
}

async function expectToBecome(probe: CodexProbe, status: string, message = ''): Promise<void> {
  const expected = { status, message: expect.stringContaining(message) as string };
  await vi.waitFor(() => expect(probe.look()).toMatchObject(expected), { timeout: 60_000, interval: 20 });
}

describe('what is known of Codex', () => {
  it('is asked again after a failure, and stays as it was until there is an answer', async () => {
    const home = await mkdtemp(join(folder, 'fails-'));
    const probe = probeOf(home, await programIn(home, 'echo it is busy >&2'));
    await expectToBecome(probe, 'broken', 'it is busy');
    await writeFile(join(home, 'ready'), '');
    const seen = new Set<string | undefined>();
    await vi.waitFor(() => expect(seen.add(probe.look()?.status)).toContain('ready'), 60_000);
    expect([...seen]).toEqual(seen.has('broken') ? ['broken', 'ready'] : ['ready']);
    expect(probe.look()).toMatchObject({ version: '1.2.3' });
  }, 150_000);

  it('is asked again after it took too long', async () => {
    const home = await mkdtemp(join(folder, 'slow-'));
    const probe = probeOf(home, await programIn(home, 'sleep 600'), { patienceMs: 2000 });
    await expectToBecome(probe, 'broken', 'it did not say its version within 2 s');
    await writeFile(join(home, 'ready'), '');
    await expectToBecome(probe, 'ready');
  }, 150_000);

  it('is asked again after its program could not be run at all', async () => {
    const home = await mkdtemp(join(folder, 'refused-'));
    await writeFile(join(home, 'ready'), '');
    let refusals = 2;
    const probe = probeOf(home, await programIn(home, 'true'), {
      launch: (spec) => {
        refusals -= 1;
        if (refusals >= 0) throw new Error('There are too many processes.');
        return launch(spec);
      },
    });
    await expectToBecome(probe, 'broken', 'There are too many processes.');
    await expectToBecome(probe, 'ready');
  }, 150_000);
});
