import type { ArchiveStatement, Manifest } from '@cc-executor/contracts';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { KeySigner, LAYOUT, sha256, toDocument, toManifestDocument } from '../src/index.ts';
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
const manifest = toManifestDocument(MANIFEST);
const signer = new KeySigner(generateKeyPairSync('ed25519').privateKey);
const other = new KeySigner(generateKeyPairSync('ed25519').privateKey);
const LINES = '{"record":{}}\n1 execution.started {}\n';
const GOOD = Buffer.concat([gzipSync('{"record":{}}\n'), gzipSync('1 execution.started {}\n')]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-archive-'));
});
beforeEach(async () => {
  for (const name of [LAYOUT.archive, LAYOUT.archiveSignature])
    await rm(join(folder, name), { recursive: true, maxRetries: 10, force: true });
});
afterAll(async () => await rm(folder, { recursive: true, maxRetries: 10 }));

const statementOf = (file: Buffer, text: string): ArchiveStatement => ({
  execution_id: 'one',
  manifest: manifest.sha256,
  bytes: file.length,
  sha256: sha256(file),
  text_bytes: Buffer.byteLength(text),
  text_sha256: sha256(text),
});
async function put(file: Buffer | null, statement: ArchiveStatement | null, by = signer): Promise<void> {
  if (file) await writeFile(join(folder, LAYOUT.archive), file);
  if (!statement) return;
  const signed = toDocument({ schema: 1, ...statement, ...(await by.signArchive(statement)) });
  await writeFile(join(folder, LAYOUT.archiveSignature), signed.text);
}
const faults = async (isInStore = false) =>
  await verifyArchive(folder, manifest, { trusted: [signer.publicKey], isInStore });

it('an archive of which every byte was signed has no fault', async () => {
  await put(GOOD, statementOf(GOOD, LINES));
  expect(await faults()).toEqual([]);
  expect(await faults(true)).toEqual([]);
});

it('an archive that is missing is a fault, except while its log is in Redis', async () => {
  expect(await faults()).toEqual([expect.stringContaining('missing')]);
  expect(await faults(true)).toEqual([]);
  await put(null, statementOf(GOOD, LINES));
  expect(await faults()).toEqual([expect.stringContaining('missing')]);
});

it('an archive that nobody has signed is a fault, also while its log is in Redis', async () => {
  await put(GOOD, null);
  for (const isInStore of [true, false])
    expect(await faults(isInStore)).toEqual([expect.stringContaining('not signed')]);
});

it('a signature that is of another manifest, another execution or another key does not count', async () => {
  const statement = statementOf(GOOD, LINES);
  await put(GOOD, { ...statement, manifest: sha256('another') });
  expect(await faults()).toEqual([expect.stringContaining('not of this manifest')]);
  await put(GOOD, { ...statement, execution_id: 'two' });
  expect(await faults()).toEqual([expect.stringContaining('not of this manifest')]);
  await put(GOOD, statement, other);
  expect(await faults()).toEqual([expect.stringContaining('not trusted')]);
});

const timed = (file: Buffer) => {
  const copy = Buffer.from(file);
  copy[4] = 1;
  return copy;
};
it.each([
  ['has text after its end', Buffer.concat([GOOD, Buffer.from('x')])],
  ['has a further member', Buffer.concat([GOOD, gzipSync('')])],
  ['has a further line', Buffer.concat([GOOD, gzipSync('2 execution.completed {}\n')])],
  ['has its members in another order', Buffer.concat([GOOD.subarray(34), GOOD.subarray(0, 34)])],
  ['has another time in its header', timed(GOOD)],
  ['is of another format', Buffer.from('no gzip')],
  ['is cut', GOOD.subarray(0, -4)],
  ['has another checksum', Buffer.concat([GOOD.subarray(0, -8), Buffer.alloc(8)])],
  ['is empty', Buffer.alloc(0)],
])('an archive that %s is not the one that was signed', async (_, file) => {
  await put(file, statementOf(GOOD, LINES));
  expect(await faults()).toEqual([expect.stringMatching(/not the one that was signed|can't be read/)]);
});

it.each([
  ['never ends', gzipSync(Buffer.alloc(200 * 1024 * 1024)), LINES],
  ['has another text', gzipSync('forged\n'), LINES],
  ['cannot be unpacked', Buffer.from('no gzip'), LINES],
])('an archive that %s is refused, also where its bytes were signed', async (_, file, text) => {
  await put(file, statementOf(file, text));
  expect(await faults()).toEqual([expect.stringMatching(/not the one that was signed|can't be read/)]);
});

it('what is not a file is not read', async () => {
  await put(null, statementOf(GOOD, LINES));
  const path = join(folder, LAYOUT.archive);
  const stands: (() => unknown)[] = [
    async () => await mkdir(path),
    async () => await symlink('/dev/zero', path),
    () => execFileSync('mkfifo', [path]),
  ];
  for (const stand of stands) {
    await stand();
    expect(await faults()).toEqual(['its archive is not a file']);
    await rm(path, { recursive: true, maxRetries: 10 });
  }
});
