import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi({ CC_EXECUTOR_API_KEY: 'right-key' });
});
afterAll(async () => api.close());

const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
const ask = (body: string | object = list) =>
  api.call
    .post('/mcp')
    .set('Accept', 'application/json, text/event-stream')
    .set('Content-Type', 'application/json')
    .send(body);

describe('POST /mcp', () => {
  it('asks for the key of all routes, and its tools use the same', async () => {
    for (const key of [null, 'wrong']) {
      const call = key === null ? ask() : ask().set('Authorization', `Bearer ${key}`);
      const { body } = await call.expect(401);
      expect(body).toMatchObject({ code: 'UNAUTHENTICATED', request_id: expect.stringMatching(/^req-/) });
    }
    const params = { name: 'get_execution', arguments: { execution_id: 'nowhere' } };
    const call = { ...list, method: 'tools/call', params };
    const { text } = await ask(call).set('Authorization', 'Bearer right-key').expect(200);
    expect(text).toContain('EXECUTION_NOT_FOUND');
    expect(text).toMatch(/"request_id":"req-/);
  });

  it('refuses a workspace that can be none, as POST /execute does', async () => {
    const params = { name: 'execute_task_list', arguments: { tasks: ['x'], workspace: '~/code/x' } };
    const call = { ...list, method: 'tools/call', params };
    const { text } = await ask(call).set('Authorization', 'Bearer right-key').expect(200);
    expect(text).toMatch(/WORKSPACE_INVALID: .*\(CC_EXECUTOR_WORKSPACES_DIR\): /);
  });

  it('refuses what is no message, no JSON, no list of executions, and other methods', async () => {
    const withKey = (body: string | object) => ask(body).set('Authorization', 'Bearer right-key');
    expect((await withKey('{').expect(400)).body).toMatchObject({ code: 'MALFORMED_JSON' });
    expect((await withKey({ what: 1 }).expect(400)).text).toContain('-32');
    const foreign = await withKey(list).set('cc-executor-lineage', 'a b').expect(400);
    expect(foreign.body).toMatchObject({ errors: [{ path: 'cc-executor-lineage' }] });
    const got = await api.call.get('/mcp').set('Authorization', 'Bearer right-key').expect(405);
    expect(got.body).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });

  it('is described without a key, which it says is needed', async () => {
    const { body } = await api.call.get('/.well-known/mcp/cc-executor.json').expect(200);
    expect(body).toMatchObject({ authentication: { required: true, for: 'everybody', scheme: 'bearer' } });
    await api.call.get('/.well-known/mcp/cc-executor.json').set('Host', 'evil.example').expect(421);
  });
});
