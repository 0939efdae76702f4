import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
  for (const [execution_id, workspace] of [
    ['outer', 'project/app'],
    ['beside', 'other'],
  ])
    await api.call
      .post('/execute')
      .send({ execution_id, workspace, tasks: [{ command: 'true' }] })
      .expect(202);
});
afterAll(async () => api.close());

const LINEAGE = ['cc-executor-lineage', 'outer'] as const;

describe('a list that a task submits', () => {
  it.each(['project/app', './project//app/', 'project', 'project/app/src'])(
    'is refused where that task works itself: %s',
    async (workspace) => {
      const list = { workspace, tasks: [{ command: 'true' }] };
      const { body } = await api.call
        .post('/execute')
        .set(...LINEAGE)
        .send(list)
        .expect(409);
      expect(body).toMatchObject({ code: 'OWN_WORKSPACE', errors: [{ path: 'workspace' }] });
      expect(body).toMatchObject({ detail: expect.stringMatching(/execution outer .*\(lineage: outer\)/) });
      const params = { name: 'execute_task_list', arguments: list };
      const { text } = await api.call
        .post('/mcp')
        .set('Accept', 'application/json, text/event-stream')
        .set(...LINEAGE)
        .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
        .expect(200);
      expect(text).toContain('OWN_WORKSPACE: ');
      const { body: all } = await api.call.get('/executions').expect(200);
      expect(all).toMatchObject({ executions: [{ execution_id: 'beside' }, { execution_id: 'outer' }] });
    },
  );

  it('may work beside it', async () => {
    for (const more of [{ workspace: 'project/app2' }, { workspace: 'other' }, {}])
      await api.call
        .post('/execute')
        .set(...LINEAGE)
        .send({ ...more, tasks: [{ command: 'true' }] })
        .expect(202);
  });
});
