import { endAppend, outputAppend, submitList } from '@cc-executor/testkit';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type StoreUnderTest } from './under-test.ts';

/** The heap of the process, in MiB: a sixteenth of that of a service, so that three times as much is written soon. */
const HEAP = 64;
const MIB = 1024 * 1024;
const READERS = 12;

let under: StoreUnderTest;
let data: string;
beforeAll(async () => {
  under = await openStore();
  data = await mkdtemp(join(tmpdir(), 'cc-large-'));
});
afterAll(async () => {
  await under.close();
  await rm(data, { recursive: true, maxRetries: 10 });
});

async function large(bytes: number): Promise<string> {
  const id = await submitList(under.store, { tasks: 1 });
  const output = outputAppend(id, 'x'.repeat(64 * 1024 - 1));
  const append = { ...output, events: Array.from({ length: 16 }, () => output.events).flat() };
  for (let written = 0; written < bytes; written += MIB) await under.store.append(id, append);
  await under.store.append(id, endAppend(id));
  return id;
}

// Proves: read-in-pieces
it('logs larger than the heap are archived, read by many at once, and removed', async () => {
  const ids = [await large(3 * HEAP * MIB), await large(HEAP * MIB)];
  const program = join(import.meta.dirname, 'fixtures/archives-reads-and-prunes.ts');
  const heap = ['--max-semi-space-size=2', `--max-old-space-size=${String(HEAP)}`];
  const args = [...heap, program, under.server.url, data, String(READERS), ...ids];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const told = JSON.parse(stdout) as { archived: number; characters: number[]; pruned: number };
  expect(told).toMatchObject({ archived: 2, pruned: 2 });
  expect(told.characters).toHaveLength(READERS);
  for (const [index, characters] of told.characters.entries())
    expect(characters).toBeGreaterThan(index % 2 === 0 ? 3 * HEAP * MIB : HEAP * MIB);
});
