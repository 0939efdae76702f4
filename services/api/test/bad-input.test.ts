import { Problem } from '@cc-executor/contracts';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Response } from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
  await mkdir(join(api.data, 'workspaces'));
  await symlink('/etc', join(api.data, 'workspaces/out'));
});
afterAll(async () => api.close());

function expectProblem(response: Response, status: number, code: string, paths: string[] = []) {
  expect(response.status).toBe(status);
  expect(response.headers['content-type']).toContain('application/problem+json');
  const problem = Problem.parse(JSON.parse(response.text));
  expect({ code: problem.code, paths: (problem.errors ?? []).map(({ path }) => path) }).toEqual({
    code,
    paths,
  });
}

const submit = (body: object) => api.call.post('/execute').send(body);

describe('bad input is reported, and changes nothing', () => {
  afterEach(async () => {
    expect((await api.call.get('/executions')).body).toEqual({ executions: [], next_cursor: null });
  });

  it.each([
    ['an empty list', { tasks: [] }, ['tasks']],
    ['1,001 tasks', { tasks: Array.from({ length: 1001 }, () => 'x') }, ['tasks']],
    ['a task with both', { tasks: [{ prompt: 'a', command: 'b' }] }, ['tasks[0]']],
    ['a task with neither', { tasks: [{ name: 'a' }] }, ['tasks[0]']],
    [
      'wrong types',
      { tasks: [1, 'x', null], timeout_per_task: 'x' },
      ['tasks[0]', 'tasks[2]', 'timeout_per_task'],
    ],
    ['unknown keys', { tasks: [{ prompt: 'x', foo: 1 }], bar: 2 }, ['tasks[0].foo', 'bar']],
    ['a list for a body', [], ['']],
  ])('%s', async (_, body, paths) => {
    expectProblem(await submit(body), 400, 'INVALID_REQUEST', paths);
  });

  it.each([
    '../..',
    '/etc',
    'out',
    'out/below',
    'a/../../b',
    'x'.repeat(400),
    '~',
    '~/code/x',
    '~somebody/x',
    '$HOME/x',
    '${HOME}',
    'C:\\code',
    'C:/code',
    '\\\\server\\share',
    'file:///etc',
    '.',
    'a/..',
    'a\0b',
  ])('the workspace %j, to submit and to analyze', async (workspace) => {
    const analyzed = await api.call.post('/tasks/analyze').send({ tasks: ['x'], workspace });
    for (const response of [await submit({ tasks: ['x'], workspace }), analyzed]) {
      expectProblem(response, 400, 'WORKSPACE_INVALID', ['workspace']);
      const { detail } = response.body as { detail: string };
      expect(detail).toContain(`${join(api.data, 'workspaces')} (CC_EXECUTOR_WORKSPACES_DIR)`);
    }
  });

  it('the absolute path of a workspace, also below the root', async () => {
    const workspace = join(api.data, 'workspaces/shop');
    expectProblem(await submit({ tasks: ['x'], workspace }), 400, 'WORKSPACE_INVALID', ['workspace']);
  });

  // Proves: submissions-are-bounded
  it('a body of 11 MiB', async () => {
    const response = await submit({ tasks: ['x'.repeat(11 * 1024 * 1024)] });
    expectProblem(response, 413, 'BODY_TOO_LARGE');
  });

  it('malformed JSON, no body, and another content type', async () => {
    const post = () => api.call.post('/execute');
    expectProblem(await post().type('json').send('{"tasks":['), 400, 'MALFORMED_JSON');
    expectProblem(await post(), 400, 'INVALID_REQUEST', ['']);
    expectProblem(await post().type('form').send('tasks=x'), 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('an unknown id, an id that can be none, an unknown address, another method', async () => {
    for (const path of ['', '/status', '/results', '/events', '/tasks/1/output'])
      expectProblem(await api.call.get(`/executions/nobody${path}`), 404, 'EXECUTION_NOT_FOUND');
    expectProblem(await api.call.delete('/executions/nobody'), 404, 'EXECUTION_NOT_FOUND');
    expectProblem(await api.call.get('/executions/%2e%2e%2fetc'), 400, 'INVALID_REQUEST', ['id']);
    expectProblem(await api.call.get('/nothing-here'), 404, 'ROUTE_NOT_FOUND');
    const put = await api.call.put('/execute');
    expectProblem(put, 405, 'METHOD_NOT_ALLOWED');
    expect(put.headers['allow']).toBe('POST');
  });

  it('a query with faults', async () => {
    expectProblem(await api.call.get('/executions?status=done&limit=0&x=1'), 400, 'INVALID_REQUEST', [
      'status',
      'limit',
      'x',
    ]);
    expectProblem(await api.call.get('/executions?cursor=zzz'), 400, 'INVALID_REQUEST', ['cursor']);
    expectProblem(await api.call.get('/executions/a/events?after=-1'), 400, 'INVALID_REQUEST', ['after']);
  });

  // Proves: no-foreign-page
  it('a Host or an Origin that is not allowed', async () => {
    expectProblem(await submit({ tasks: ['x'] }).set('Host', 'evil.example'), 421, 'HOST_NOT_ALLOWED');
    expectProblem(
      await submit({ tasks: ['x'] }).set('Origin', 'https://evil.example'),
      403,
      'ORIGIN_NOT_ALLOWED',
    );
  });

  it('a login', async () => {
    const response = await api.call.post('/auth/claude');
    expectProblem(response, 410, 'LOGIN_NOT_OFFERED');
    expect((JSON.parse(response.text) as Problem).instructions?.join(' ')).toContain('claude setup-token');
  });
});

describe('an id in use', () => {
  // Proves: own-id-is-used-once
  it('is reported, and its execution stays as it was', async () => {
    await submit({ tasks: [{ command: 'true' }], execution_id: 'mine' }).expect(202);
    expectProblem(await submit({ tasks: ['a', 'b'], execution_id: 'mine' }), 409, 'EXECUTION_ID_IN_USE', [
      'execution_id',
    ]);
    expect((await api.call.get('/executions/mine')).body).toMatchObject({ total_tasks: 1 });
    expectProblem(await api.call.get('/executions/mine/tasks/2/output'), 404, 'TASK_NOT_FOUND');
    expectProblem(await api.call.get('/executions/mine/tasks/1/output'), 404, 'OUTPUT_NOT_FOUND');
    expectProblem(
      await api.call.get('/executions/mine/events').set('Last-Event-ID', 'x'),
      400,
      'INVALID_REQUEST',
      ['Last-Event-ID'],
    );
  });
});

describe('with a key', () => {
  it('nothing but health and the description is answered without it', async () => {
    const locked = await startApi({ CC_EXECUTOR_API_KEY: 'first-key,second-key' });
    try {
      expectProblem(await locked.call.get('/executions'), 401, 'UNAUTHENTICATED');
      expectProblem(await locked.call.post('/execute').send({ tasks: ['x'] }), 401, 'UNAUTHENTICATED');
      expectProblem(
        await locked.call.get('/executions').auth('wrong', { type: 'bearer' }),
        401,
        'UNAUTHENTICATED',
      );
      await locked.call.get('/executions').auth('second-key', { type: 'bearer' }).expect(200);
      await locked.call.get('/health').expect(200);
    } finally {
      await locked.close();
    }
  });
});

describe('with allowed commands', () => {
  // Proves: allowed-programs-only
  it('any other is refused, each by its task', async () => {
    const strict = await startApi({ ALLOWED_COMMANDS: 'echo,ls' });
    try {
      const tasks = [{ command: 'echo ok' }, { command: 'rm -rf x' }, 'a prompt', { command: 'sh -c ls' }];
      const response = await strict.call.post('/execute').send({ tasks });
      expectProblem(response, 403, 'COMMAND_NOT_ALLOWED', ['tasks[1].command', 'tasks[3].command']);
    } finally {
      await strict.close();
    }
  });
});

describe('a Redis that is away', () => {
  it('is reported and not waited for, as 503 with Retry-After', async () => {
    const own = await startApi();
    await own.redis.kill();
    const response = await own.call.post('/execute').send({ tasks: ['x'] });
    expectProblem(response, 503, 'STORE_UNAVAILABLE');
    expect(response.headers['retry-after']).toMatch(/^\d+$/);
    expect((await own.call.get('/health').expect(503)).body).toMatchObject({ status: 'unhealthy' });
    await own.redis.start();
    await own.close();
  });
});
