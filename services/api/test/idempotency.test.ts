import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => api.close());

const submit = async (key: string, tasks: unknown[]) =>
  await api.call.post('/execute').set('Idempotency-Key', key).send({ tasks });
const idOf = ({ body }: { body: unknown }) => (body as { execution_id: string }).execution_id;

// Proves: idempotent-submission
it('the same key and body give the same execution, also after a restart of Redis, and at the same time', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => submit('one', ['x', { command: 'true' }])));
  expect(all.map(({ status }) => status)).toEqual(all.map(() => 202));
  const ids = new Set(all.map(idOf));
  expect(ids.size).toBe(1);
  await api.redis.kill();
  await api.redis.start();
  await expect.poll(async () => (await api.call.get('/health')).status).toBe(200);
  // The keys of an object have no order.
  const again = await api.call
    .post('/execute')
    .set('Idempotency-Key', 'one')
    .type('json')
    .send('{"on_failure":"stop","tasks":["x",{"command":"true"}]}');
  expect(idOf(again)).toBe([...ids][0]);
  expect((await api.call.get('/executions')).body).toMatchObject({ executions: [{}], next_cursor: null });
});

// Proves: idempotent-submission
it('the same key with another body is refused, and so is one that is too long', async () => {
  expect((await submit('two', ['x'])).status).toBe(202);
  const other = await submit('two', ['y']);
  expect({ status: other.status, code: (JSON.parse(other.text) as { code: string }).code }).toEqual({
    status: 409,
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  const long = await submit('k'.repeat(256), ['x']);
  expect(JSON.parse(long.text)).toMatchObject({ status: 400, errors: [{ path: 'idempotency-key' }] });
});

// Proves: idempotent-submission
it('the same key and body give the same execution, whatever has changed since', async () => {
  const user = await mkdtemp(join(tmpdir(), 'cc-user-'));
  onTestFinished(async () => rm(user, { recursive: true }));
  const person = ['-c', 'user.name=A User', '-c', 'user.email=user@example.org'];
  const git = (...args: string[]) => execFileSync('git', [...person, ...args], { cwd: user });
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'first');
  const send = async () =>
    await api.call
      .post('/execute')
      .set('Idempotency-Key', 'three')
      .send({ tasks: [{ command: 'true' }], repository: { path: user, branch: 'night' } });
  const first = await send();
  expect(first.status).toBe(202);
  // As its first task delivers it.
  git('branch', 'night');
  const again = await send();
  expect([again.status, idOf(again)]).toEqual([202, idOf(first)]);
  await rm(join(user, '.git'), { recursive: true });
  expect(idOf(await send())).toBe(idOf(first));
});

it('the answer counts the tasks as the execution does, variants included', async () => {
  const answer = await api.call.post('/execute').send({
    tasks: [
      { prompt: 'x', variants: 3 },
      { prompt: 'y', pick: 1 },
    ],
  });
  const { body } = await api.call.get(`/executions/${idOf(answer)}`);
  expect(answer.body).toMatchObject({ total_tasks: (body as { total_tasks: number }).total_tasks });
  expect(answer.body).toMatchObject({ total_tasks: 4 });
});
