import {
  KeySigner,
  readPublicKeys,
  sha256,
  SignedEnds,
  toDocument,
  toManifestDocument,
  verifyExecution,
} from '@cc-executor/evidence';
import { openSigningKey } from '@cc-executor/executions-files';
import type { ExecutionView, Manifest, Receipt, Verification } from '@cc-executor/contracts';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { waitFor } from '@cc-executor/testkit';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
let folder: string;
let socket: string;
let keys: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-sign-'));
  [socket, keys] = [join(folder, 'sign.sock'), join(folder, 'keys')];
  under = await startStackUnderTest({
    CC_EXECUTOR_SIGNER_SOCKET: socket,
    CC_EXECUTOR_KEYS_DIR: keys,
    CC_EXECUTOR_ARCHIVE_AFTER: '1',
    CC_EXECUTOR_KEEP_EXECUTIONS: '1',
  });
});
afterAll(async () => {
  await under.stop();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

/** What the API answers at its signing socket. */
async function ask(manifest: string): Promise<{ status: number | undefined; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>();
  const asked = request({ socketPath: socket, method: 'POST' }, (response) => {
    text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
  });
  asked.on('error', reject).end(manifest);
  return await promise;
}

const documentOf = (manifest: Manifest) => toManifestDocument(manifest).text;
const inData = (id: string, ...path: string[]) => join(under.folder, 'data/executions', id, ...path);

const endOf = async (id: string) =>
  (await under.events(id)).at(-1)?.data as { evidence: { head: string } | null };

const verificationOf = async (id: string) =>
  (await under.call('GET', `/executions/${id}/verification`)).body as Verification;

/** A manifest as the log has it while the execution runs, with something else in it. */
async function manifestOf(id: string, change: Partial<Manifest>): Promise<Manifest> {
  const first = await readFile(inData(id, 'task-1/attempt-1/receipt-1.json'), 'utf8');
  const { execution_uuid } = JSON.parse(first) as Receipt;
  const { created_at, started_at } = (await under.call('GET', `/executions/${id}`)).body as ExecutionView;
  const [head, ended_at] = [sha256(first), new Date().toISOString()];
  const rest = { created_at, started_at, ended_at, tasks: [], head };
  return { schema: 1, execution_id: id, execution_uuid, status: 'completed', ...rest, ...change };
}

const taskOf = (task: number, command: string, receipts: Manifest['tasks'][number]['receipts']) => {
  const status = receipts.length > 0 ? ('completed' as const) : ('cancelled' as const);
  return { task, kind: 'command' as const, name: null, text_sha256: sha256(command), status, receipts };
};

it('the API signs for a worker that has no key, and nothing of an execution that has ended', async () => {
  expect((await stat(socket)).mode & 0o777).toBe(0o600);
  const id = await under.submit({ tasks: [{ command: 'echo x' }] });
  expect((await under.ended(id)).status).toBe('completed');
  expect(await verificationOf(id)).toMatchObject({ verdict: 'verified', reasons: [] });
  expect(await readdir(join(under.folder, 'data'))).not.toContain('keys');

  const signed = await readFile(inData(id, 'manifest.json'), 'utf8');
  const another = { ...(JSON.parse(signed) as Manifest), execution_uuid: randomUUID() };
  for (const other of [signed, documentOf(another), documentOf({ ...another, execution_id: 'no-such-one' })])
    expect((await ask(other)).status).toBe(409);
  expect(await ask('{"head": 1}')).toMatchObject({
    status: 409,
    body: expect.stringContaining('not a manifest'),
  });
  expect((await ask('x'.repeat(5 * 1024 * 1024)).catch(() => ({ status: 409 }))).status).toBe(409);
});

it('a list that succeeds is verified, although some of its tasks were not needed', async () => {
  const repair = { command: 'echo repaired', when: 'failure' as const };
  const id = await under.submit({ tasks: [{ command: 'echo x' }, repair] });
  expect((await under.ended(id)).status).toBe('completed');
  expect(await verificationOf(id)).toMatchObject({
    verdict: 'verified',
    reasons: [],
    tasks: [{ verdict: 'verified' }, { verdict: 'unverified', reasons: ['it is skipped'] }],
  });
});

it('the API signs no end before every task has one, and of a list that is cancelled no success', async () => {
  const second = 'trap "" TERM; echo deaf; while :; do sleep 0.1; done';
  const id = await under.submit({ tasks: [{ command: 'echo x' }, { command: second }] });
  const output = inData(id, 'task-2/attempt-1/stdout');
  await waitFor(async () => (await readFile(output, 'utf8').catch(() => '')).includes('deaf'));
  const { head } = await manifestOf(id, {});
  const asIf = [taskOf(1, 'echo x', [head]), taskOf(2, second, [])];
  const lies = [
    await manifestOf(id, { tasks: asIf.slice(0, 1) }),
    await manifestOf(id, { tasks: asIf.map((task) => ({ ...task, status: 'completed' })) }),
    await manifestOf(id, { tasks: asIf, status: 'failed' }),
    await manifestOf(id, { tasks: asIf, status: 'cancelled' }),
    await manifestOf(id, { tasks: asIf, head: sha256('b') }),
  ];
  for (const lie of lies)
    expect(await ask(documentOf(lie))).toMatchObject({
      status: 409,
      body: expect.stringContaining('have not ended'),
    });

  await under.call('POST', `/executions/${id}/cancel`);
  for (const lie of [...lies.slice(0, 3), ...lies.slice(4)])
    expect((await ask(documentOf(lie))).status).toBe(409);
  await under.ended(id);
  expect((await endOf(id)).evidence).not.toBeNull();
  expect(await verificationOf(id)).toMatchObject({ status: 'cancelled', verdict: 'unverified' });
});

it('an end that was changed when it lay in the archive is neither signed nor verified', async () => {
  const id = await under.submit({ tasks: [{ command: 'echo x' }, { command: 'false' }] });
  expect((await under.ended(id)).status).toBe('failed');
  const sealed = await readFile(inData(id, 'manifest.json'), 'utf8');
  await waitFor(async () => !(await ask(sealed)).body.includes('has ended'), { seconds: 60 });

  // What a task can do that writes to the data directory and reaches the socket.
  const forged = JSON.parse(sealed) as Manifest;
  Object.assign(forged, { status: 'completed', execution_uuid: randomUUID() });
  for (const task of forged.tasks) task.status = 'completed';
  const archive = gunzipSync(await readFile(inData(id, 'archive.gz'))).toString();
  for (const status of ['running', 'completed']) {
    const other = archive.replace('"status":"failed"', `"status":"${status}"`);
    expect(other).not.toBe(archive);
    await writeFile(inData(id, 'archive.gz'), gzipSync(other));
    expect((await ask(documentOf(forged))).status).toBe(409);
  }

  // Even the real key makes it no other end than the store knows.
  const signer = new KeySigner(await openSigningKey(keys));
  const made = toManifestDocument(forged);
  const signature = { schema: 1, manifest: made.sha256, ...(await signer.sign(made)) };
  await writeFile(inData(id, 'manifest.json'), made.text);
  await writeFile(inData(id, 'signature.json'), toDocument(signature).text);
  expect(await verificationOf(id)).toMatchObject({
    verdict: 'unverified',
    reasons: expect.arrayContaining([expect.stringContaining('ended otherwise')]),
  });
});

it('an id that is used again is signed again', async () => {
  const execution_id = 'nightly';
  const isArchived = () => existsSync(inData(execution_id, 'archive.gz'));
  await under.submit({ execution_id, tasks: [{ command: 'echo x' }] });
  await under.ended(execution_id);
  await waitFor(isArchived, { seconds: 60 });
  const backup = join(folder, 'backup');
  await cp(inData(execution_id), backup, { recursive: true });
  await under.ended(await under.submit({ tasks: [{ command: 'true' }] }));
  const isGone = async () => (await under.call('GET', `/executions/${execution_id}`)).status === 404;
  await waitFor(isGone, { seconds: 60 });
  await under.submit({ execution_id, tasks: [{ command: 'echo y' }] });
  await under.ended(execution_id);
  expect(await verificationOf(execution_id)).toMatchObject({ verdict: 'verified', reasons: [] });
  await waitFor(isArchived, { seconds: 60 });
  expect(await verificationOf(execution_id)).toMatchObject({ verdict: 'verified', reasons: [] });
  expect(await under.results(execution_id)).toMatchObject({ results: [{ stdout: 'y\n' }] });

  // What was signed of the first one is genuine, and is not this execution.
  await rm(inData(execution_id), { recursive: true, maxRetries: 10 });
  await cp(backup, inData(execution_id), { recursive: true });
  expect(await verificationOf(execution_id)).toMatchObject({
    verdict: 'unverified',
    reasons: expect.arrayContaining([expect.stringContaining('ended otherwise')]),
    tasks: [{ verdict: 'unverified' }],
  });
  const signed = await new SignedEnds(keys).last(execution_id);
  const trusted = await readPublicKeys(keys);
  const offline = { trusted, executionId: execution_id, signed };
  expect(await verifyExecution(inData(execution_id), offline)).toMatchObject({ verdict: 'unverified' });
  expect(await verifyExecution(backup, { trusted })).toMatchObject({ verdict: 'verified' });
  for (const path of ['', '/results'])
    expect((await under.call('GET', `/executions/${execution_id}${path}`)).body).toMatchObject({
      code: 'ARCHIVE_DAMAGED',
    });
});
