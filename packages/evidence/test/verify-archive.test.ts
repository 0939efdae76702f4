import type { Manifest } from '@cc-executor/contracts';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyArchive } from '../src/verify/verify-archive.ts';

const MANIFEST: Manifest = {
  schema: 1,
  execution_id: 'one',
  execution_uuid: null,
  status: 'completed',
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: null,
  ended_at: '2026-01-01T00:00:00.000Z',
  tasks: [],
  head: null,
};
const STATE = { status: 'completed', summary: { evidence: { head: null } }, tasks: [] };
const GOOD = gzipSync(`${JSON.stringify({ record: { execution_id: 'one' }, state: STATE })}\n{}\n`);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-archive-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

const faultsOf = async (name: string) => await verifyArchive(join(folder, name), MANIFEST);

it('an archive that came to what was signed has no fault, and neither has one that is not there yet', async () => {
  await writeFile(join(folder, 'good'), GOOD);
  expect(await faultsOf('good')).toEqual([]);
  expect(await faultsOf('none')).toEqual([]);
});

it.each([
  ['is of another format', Buffer.from('no gzip'), 'incorrect header check'],
  ['is cut', GOOD.subarray(0, -4), 'unexpected end of file'],
  ['has another checksum', Buffer.concat([GOOD.subarray(0, -8), Buffer.alloc(8)]), 'incorrect data check'],
  ['is no JSON', gzipSync('nothing'), 'not valid JSON'],
  ['has another form', gzipSync('{}\n'), 'of no known form'],
  ['never ends', gzipSync(Buffer.alloc(200 * 1024 * 1024)), 'more than'],
])('an archive that %s is told, and ends nothing', async (_, content, fault) => {
  await writeFile(join(folder, 'archive'), content);
  expect(await faultsOf('archive')).toEqual([expect.stringContaining(fault)]);
});

it('what is no file is not read', async () => {
  await mkdir(join(folder, 'folder'));
  await symlink(join(folder, 'good'), join(folder, 'link'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  for (const name of ['folder', 'link', 'pipe'])
    expect(await faultsOf(name)).toEqual(['its archive is no file']);
});
