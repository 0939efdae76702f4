import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startCli } from './cli-under-test.ts';

type Answer = [status: number, type: string, body: unknown] | ((response: ServerResponse) => void);

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that is none of ours, or one of another version; what it has no answer for, it does not know. */
async function startServer(answers: Record<string, Answer>): Promise<string> {
  const unknown = { status: 404, code: 'ROUTE_NOT_FOUND', detail: 'There is no such route.', errors: [] };
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const answer = answers[path] ?? [404, 'application/problem+json', unknown];
    if (typeof answer === 'function') return answer(response);
    const [status, type, body] = answer;
    response.writeHead(status, { 'content-type': type });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const cli = async (url: string, ...args: string[]) => await startCli([...args, '--url', url]).ended;
const oneLine = (what: string) => expect.stringMatching(new RegExp(`^cc-executor: .*${what}.*\\n$`));

describe('a server of another version', () => {
  it('that is older: what it does not know is reported in one line, with the reason', async () => {
    const url = await startServer({});
    const refused = { code: 2, stdout: '', stderr: oneLine('different versions') };
    expect(await cli(url, 'history', 'list')).toMatchObject(refused);
    expect(await cli(url, 'history', 'export')).toMatchObject(refused);
  });

  it('that is newer: states, events and fields that are not known here do no harm', async () => {
    const at = '2126-01-01T00:00:00.000Z';
    const task = { task_number: 1, name: 'one', text: 'x', status: 'dreaming', attempt: 1, started_at: at };
    const some = {
      execution_id: 'e',
      status: 'dreaming',
      reason: null,
      total_tasks: 1,
      settled_tasks: 0,
      failed_tasks: 0,
      created_at: at,
    };
    const view = {
      ...some,
      workspace: 'e',
      current_task: null,
      epoch: 'a',
      head: 1,
      tasks: [{ ...task, end: null, dreams: 3 }],
    };
    const event = (seq: number, type: string, more: object = {}) =>
      `id: ${String(seq)}@a\ndata: ${JSON.stringify({ seq, epoch: 'a', execution_id: 'e', at, type, data: {}, ...more })}\n\n`;
    const url = await startServer({
      '/health': [200, 'application/json', { status: 'healthy', version: '99.0.0', checks: {} }],
      '/executions': [200, 'application/json', { executions: [some], next_cursor: null }],
      '/executions/e': [200, 'application/json', view],
      '/executions/e/status': [200, 'application/json', { ...view, status: 'completed' }],
      '/executions/e/results': [200, 'application/json', { ...some, status: 'completed', results: [] }],
      '/executions/e/events': (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const strange = event(1, 'execution.dreaming') + event(2, 'task.dreaming', { task: 1, attempt: 1 });
        response.end(
          `${strange}event: dream\ndata: {"seq":3,"type":"x"}\n\n${event(4, 'execution.completed')}`,
        );
      },
    });
    expect(await cli(url, 'list')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^e +dreaming/m) });
    expect(await cli(url, 'status', 'e')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('? 1. one'),
    });
    expect(await cli(url, 'watch', 'e')).toMatchObject({ code: 0, stderr: '' });
    expect((await cli(url, 'version')).stdout).toContain('server 99.0.0');
    expect((await cli(url, 'doctor')).stdout).toMatch(/! The server is version 99\.0\.0, this command \d/);
  });
});

it('the servers of models are reported with what was proven of them', async () => {
  const agent = { runs: 'prompt', status: 'ready', version: null, tested_version: null, message: null };
  const server = { origin: 'http://127.0.0.1:1', checked_at: '2026-01-01T00:00:00.000Z' };
  const lost = { ...server, status: 'unreachable', message: 'It cannot be reached: ECONNREFUSED.' };
  const agents = [
    { ...agent, name: 'claude', model_server: { ...server, status: 'answers', message: 'HTTP 404.' } },
    { ...agent, name: 'model', model_server: null },
    { ...agent, name: 'acp', programs: [{ ...agent, name: 'mine', model_server: lost }] },
  ];
  const url = await startServer({
    '/health': [200, 'application/json', { status: 'healthy', version: '1.0.0', checks: {} }],
    '/agents': [200, 'application/json', { agents }],
  });
  const { stdout } = await cli(url, 'agents');
  expect(stdout).toMatch(/^claude +prompt +ready +- +answers$/m);
  expect(stdout).toMatch(/^model +prompt +ready +- +-$/m);
  expect(stdout).toMatch(/^acp: mine .* unreachable +It cannot be reached: ECONNREFUSED\.$/m);
  const doctor = (await cli(url, 'doctor')).stdout;
  expect(doctor).toContain(
    '✓ The server of the model of claude, http://127.0.0.1:1, answers; neither a credential nor a model was tried',
  );
  expect(doctor).toMatch(
    /! The server of the model of acp: mine, http:\/\/127\.0\.0\.1:1, is unreachable\n.*ECONNREFUSED/,
  );
});

describe('what is no server of ours', () => {
  it.each([
    ['a page', [200, 'text/html', '<h1>hello</h1>'], 'not JSON'],
    ['an error page', [500, 'text/html', '<h1>oh</h1>'], 'not in the words of a cc-executor'],
    ['a proxy before nothing', [502, 'text/html', '<h1>bad gateway</h1>'], 'nothing is behind it'],
    ['a connection that breaks', (response: ServerResponse) => response.destroy(), "can't be reached"],
  ] as const)('%s is one line, and ends with 3', async (_, answer, why) => {
    const url = await startServer({ '/executions': answer as Answer });
    expect(await cli(url, 'list')).toMatchObject({ code: 3, stdout: '', stderr: oneLine(why) });
  });
});

it('what breaks off in the middle is reported, and ends with 3', async () => {
  const breaksOff = (response: ServerResponse) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  };
  const tasks = [{ task_number: 1, attempt: 1 }];
  const url = await startServer({
    '/executions/e': [200, 'application/json', { tasks }],
    '/executions/e/tasks/1/output': breaksOff,
    '/history': breaksOff,
  });
  for (const args of [
    ['logs', 'e'],
    ['history', 'export'],
  ])
    expect(await cli(url, ...args)).toMatchObject({ code: 3, stderr: oneLine('The server broke off') });
});

it('a failure shows where in the code it came from with --debug, and only then', async () => {
  const { stderr } = await cli('http://127.0.0.1:1', 'list', '--debug');
  expect(stderr).toMatch(/^cc-executor: .*\n(.*\n)?CcLocalError: [^]*^ {4}at /m);
});
