import { makeReport, readPublicKeys, verifyExecution } from '@cc-executor/evidence';
import { waitFor } from '@cc-executor/testkit';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from '../e2e/stack-under-test.ts';
import { isSame, readFolder, writeFolder, type Files } from '../e2e/tampering/folder.ts';
import { Random } from '../e2e/tampering/random.ts';
import { mutations } from './evidence-mutations.ts';
import { record } from './figures.ts';
import { scaled, SEED } from './scale.ts';

/** Half an hour: there to end what hangs. */
const TIMEOUT = 1_800_000;
const HANG_MS = 1000;
/** One of so many is also looked at as a report. */
const REPORT_EVERY = 10;

let under: StackUnderTest;
let folder: string;
let executionId: string;
let other: Files;
let trusted: string[];

beforeAll(async () => {
  under = await startStackUnderTest({ CC_EXECUTOR_ARCHIVE_AFTER: '1' });
  const again = 'test -e again || { touch again; echo no; exit 1; }';
  const tasks = [
    { command: 'echo one | tee a; date +%N' },
    { command: again, retries: 1 },
    { command: 'cat a' },
  ];
  const copies: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    const id = await under.submit({ tasks });
    expect((await under.ended(id)).status).toBe('completed');
    const kept = join(under.folder, 'data/executions', id);
    await waitFor(async () => (await readdir(kept)).includes('archive.gz'), { seconds: 60 });
    const copy = join(under.folder, 'copies', id);
    await cp(kept, copy, { recursive: true });
    copies.push(copy);
    if (run === 0) executionId = id;
  }
  folder = copies[0] ?? '';
  other = await readFolder(copies[1] ?? '');
  trusted = await readPublicKeys(join(under.folder, 'data/keys'));
});
afterAll(async () => {
  await under.stop();
});

it('verifies no evidence that was changed in any way', { timeout: TIMEOUT }, async () => {
  const options = { trusted, executionId };
  const count = scaled(4000);
  const kinds: Record<string, number> = {};
  const wrong: string[] = [];
  let slowest = { ms: 0, input: '' };
  let hangs = 0;
  const untouched = await readFolder(folder);
  let now = untouched;
  const goTo = async (files: Files) => {
    await writeFolder(folder, now, files);
    now = files;
  };
  expect(await verifyExecution(folder, options)).toMatchObject({ verdict: 'verified' });
  const changes = Object.entries(mutations(other));
  const before = process.memoryUsage().rss;
  for (let done = 0, seed = SEED * 1_000_003; done < count; seed += 1) {
    const [name, change] = changes[seed % changes.length] ?? ['', () => undefined];
    const files = new Map(untouched);
    await change(files, new Random(seed));
    // Two lines that are the same change places without a trace.
    if (isSame(files, untouched)) continue;
    done += 1;
    await goTo(files);
    const began = performance.now();
    const found = await verifyExecution(folder, options);
    const ms = performance.now() - began;
    const shown = `${name}, seed ${String(seed)}`;
    const kind = `${name}: ${found?.verdict ?? 'no folder of an execution'}`;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (ms > slowest.ms) slowest = { ms, input: shown };
    if (ms > HANG_MS) hangs += 1;
    if (found?.verdict === 'verified') wrong.push(`verified: ${shown}`);
    if (done % REPORT_EVERY === 0) {
      const page = await makeReport(folder, 'markdown', options);
      if (page !== null && /^The execution is verified:/m.test(page))
        wrong.push(`reported as verified: ${shown}`);
      if (page?.includes('Lie.') === true || page?.includes('all tests pass') === true)
        wrong.push(`reported with its text: ${shown}`);
    }
  }
  const mib = (bytes: number) => String(Math.round(bytes / 1024 / 1024));
  await record({
    suite: 'evidence',
    inputs: count,
    kinds,
    slowestMs: Math.round(slowest.ms),
    slowest: slowest.input,
    hangs,
    crashes: 0,
    memory: `verifier ${mib(before)}→${mib(process.memoryUsage().rss)}`,
    wrong,
  });
  expect(wrong).toEqual([]);
  await goTo(untouched);
  expect(await verifyExecution(folder, options)).toMatchObject({ verdict: 'verified' });
});
