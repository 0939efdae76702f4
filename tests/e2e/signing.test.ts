import { sha256 } from '@cc-executor/evidence';
import type { Verification } from '@cc-executor/contracts';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
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
  under = await startStackUnderTest({ CC_EXECUTOR_SIGNER_SOCKET: socket, CC_EXECUTOR_KEYS_DIR: keys });
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

it('the API signs for a worker that has no key, and of each execution one end', async () => {
  expect((await stat(socket)).mode & 0o777).toBe(0o600);
  const id = await under.submit({ tasks: [{ command: 'echo x' }] });
  expect((await under.ended(id)).status).toBe('completed');
  const { body } = await under.call('GET', `/executions/${id}/verification`);
  expect(body as Verification).toMatchObject({ verdict: 'verified', reasons: [] });
  expect(await readdir(join(under.folder, 'data'))).not.toContain('keys');

  const forged = { execution_id: id, manifest: sha256('a'), head: sha256('b') };
  expect(await ask(forged)).toMatchObject({
    status: 409,
    body: expect.stringContaining('another last receipt'),
  });
  expect((await ask({ ...forged, execution_id: 'no-such-one' })).status).toBe(409);
  expect((await ask({ head: 1 })).status).toBe(409);
});
