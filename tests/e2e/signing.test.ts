import { sha256 } from '@cc-executor/evidence';
import type { Verification } from '@cc-executor/contracts';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { waitFor } from '@cc-executor/testkit';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
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
  await rm(folder, { recursive: true });
});

/** What the API answers at its signing socket. */
async function ask(statement: object): Promise<{ status: number | undefined; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>();
  const asked = request({ socketPath: socket, method: 'POST' }, (response) => {
    text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
  });
  asked.on('error', reject).end(JSON.stringify(statement));
  return await promise;
}

const endOf = async (id: string) =>
  (await under.events(id)).at(-1)?.data as { evidence: { head: string } | null };

it('the API signs for a worker that has no key, and of each execution one end', async () => {
  expect((await stat(socket)).mode & 0o777).toBe(0o600);
  const id = await under.submit({ tasks: [{ command: 'echo x' }] });
  expect((await under.ended(id)).status).toBe('completed');
  const { body } = await under.call('GET', `/executions/${id}/verification`);
  expect(body as Verification).toMatchObject({ verdict: 'verified', reasons: [] });
  expect(await readdir(join(under.folder, 'data'))).not.toContain('keys');

  // A worker can't have another end of it signed, now that it has one.
  const { evidence } = await endOf(id);
  const another = { execution_id: id, manifest: sha256('a'), head: evidence?.head };
  expect(await ask(another)).toMatchObject({ status: 409, body: expect.stringContaining('has ended') });
  expect((await ask({ ...another, execution_id: 'no-such-one' })).status).toBe(409);
  expect((await ask({ head: 1 })).status).toBe(409);
});

it('the API signs only what the log has, and of an execution that has not ended one end', async () => {
  const id = await under.submit({ tasks: [{ command: 'echo x' }, { command: 'sleep 600' }] });
  await waitFor(async () => (await under.status(id)).completed_tasks === 1);
  const forged = { execution_id: id, manifest: sha256('a'), head: sha256('b') };
  expect(await ask(forged)).toMatchObject({
    status: 409,
    body: expect.stringContaining('another last receipt'),
  });
  const receipt = await readFile(
    join(under.folder, 'data/executions', id, 'task-1/attempt-1/receipt-1.json'),
    'utf8',
  );
  const early = { ...forged, head: sha256(receipt) };
  expect((await ask(early)).status).toBe(200);
  expect((await ask(early)).status).toBe(200);
  await under.call('POST', `/executions/${id}/cancel`);
  await under.ended(id);
  expect((await endOf(id)).evidence).toBeNull();
});

it('an id that is used again is signed again', async () => {
  const execution_id = 'nightly';
  await under.submit({ execution_id, tasks: [{ command: 'echo x' }] });
  await under.ended(execution_id);
  await under.ended(await under.submit({ tasks: [{ command: 'true' }] }));
  const isGone = async () => (await under.call('GET', `/executions/${execution_id}`)).status === 404;
  await waitFor(isGone, { seconds: 60 });
  await under.submit({ execution_id, tasks: [{ command: 'echo y' }] });
  await under.ended(execution_id);
  const { body } = await under.call('GET', `/executions/${execution_id}/verification`);
  expect(body).toMatchObject({ verdict: 'verified', reasons: [] });
});
