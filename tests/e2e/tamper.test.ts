import { readPublicKeys, verifyExecution } from '@cc-executor/evidence';
import { rounds, say, startScriptedModel, waitFor, type ScriptedModel } from '@cc-executor/testkit';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';
import { CHANGES } from './tampering/changes.ts';
import { isSame, readFolder, writeFolder, type Files } from './tampering/folder.ts';
import { Random } from './tampering/random.ts';

const SEEDS = rounds({ short: 250, nightly: 1000 });

let model: ScriptedModel;
let under: StackUnderTest;
let folder: string;
let trusted: string[];

beforeAll(async () => {
  model = await startScriptedModel({ script: () => say('All is done.') });
  under = await startStackUnderTest({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    CC_EXECUTOR_ARCHIVE_AFTER: '1',
  });
  const again = 'test -e again || { touch again; echo no; exit 1; }';
  const id = await under.submit({
    tasks: [
      { command: 'echo one > a; echo first' },
      'Do it.',
      { command: again, retries: 1 },
      { command: 'cat a' },
    ],
  });
  expect((await under.ended(id)).status).toBe('completed');
  const kept = join(under.folder, 'data/executions', id);
  await waitFor(async () => (await readdir(kept)).includes('archive.gz'), { seconds: 60 });
  folder = join(under.folder, 'copy', id);
  await cp(kept, folder, { recursive: true });
  trusted = await readPublicKeys(join(under.folder, 'data/keys'));
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const verdict = async () => (await verifyExecution(folder, { trusted }))?.verdict;

// Proves: verified-means-intact
it('evidence that was changed in any way is never verified, and untouched it is', async () => {
  const untouched = await readFolder(folder);
  const unchanged: string[] = [];
  const believed: string[] = [];
  let now: Files = untouched;
  const goTo = async (files: Files) => {
    await writeFolder(folder, now, files);
    now = files;
  };
  expect(await verdict()).toBe('verified');
  const changes = Object.entries(CHANGES);
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const [name, change] = changes[seed % changes.length] ?? ['', () => undefined];
    const files = new Map(untouched);
    await change(files, new Random(seed));
    if (isSame(files, untouched)) unchanged.push(`${name}, seed ${String(seed)}`);
    await goTo(files);
    if ((await verdict()) === 'verified') believed.push(`${name}, seed ${String(seed)}`);
  }
  expect({ unchanged, believed }).toEqual({ unchanged: [], believed: [] });
  await goTo(untouched);
  expect(await verdict()).toBe('verified');
});

it('an entry in the place of a file or a folder is never used as it, nor waited for', async () => {
  const beside = join(under.folder, 'beside');
  await mkdir(beside);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const believed: string[] = [];
  const TERABYTE = 2 ** 40;
  const stands: Record<string, (path: string, real: string) => Promise<void> | Buffer> = {
    'a link to the same': async (path, real) => await symlink(real, path),
    'a folder': async (path) => await mkdir(path),
    'a pipe': (path) => execFileSync('mkfifo', [path]),
    'a file without end': async (path, real) => {
      await cp(real, path, { recursive: true });
      await truncate(path, TERABYTE);
    },
  };
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const real = join(beside, 'real');
    await rename(path, real);
    for (const [what, put] of Object.entries(stands)) {
      // Of a folder only the link is another one.
      if (entry.isDirectory() && what !== 'a link to the same') continue;
      await put(path, real);
      if ((await verdict()) === 'verified') believed.push(`${what} as ${entry.name}`);
      await rename(path, join(beside, randomUUID()));
    }
    await rename(real, path);
  }
  expect(believed).toEqual([]);
  expect(await verdict()).toBe('verified');
});

it('a second receipt of the same number is reported', async () => {
  await writeFile(join(folder, 'task-1/attempt-1/receipt-01.json'), '{}');
  expect(await verdict()).toBe('unverified');
});
