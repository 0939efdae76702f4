import { afterAll, beforeAll, expect, it } from 'vitest';
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
