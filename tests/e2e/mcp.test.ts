import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { waitFor } from '@cc-executor/testkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const THREE = [{ command: 'echo one' }, { command: 'echo two >&2' }, { command: 'cat nothing' }];

let under: StackUnderTest;
const clients: Client[] = [];
beforeAll(async () => {
  under = await startStackUnderTest({ CC_EXECUTOR_NESTED_EXECUTIONS: '2', CC_EXECUTOR_NESTING_DEPTH: '2' });
});
afterAll(async () => {
  await Promise.all(clients.map(async (client) => await client.close()));
  await under.stop();
});

interface Printed {
  results: { untrusted: { stdout: string } }[];
}

type Mode = 'legacy' | 'auto';
async function connect(mode: Mode = 'auto', headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', under.stack.apiUrl), {
    requestInit: { headers },
  });
  await client.connect(transport);
  clients.push(client);
  return client;
}

async function overStdio(lineage = ''): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const env = { CC_EXECUTOR_URL: under.stack.apiUrl, CC_EXECUTOR_LINEAGE: lineage };
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [CLI, 'mcp'], env, stderr: 'inherit' }),
  );
  clients.push(client);
  return client;
}

type Content = Record<string, unknown>;
async function call(client: Client, name: string, args: Content = {}, told?: () => void): Promise<Content> {
  const answer = await client.callTool({ name, arguments: args }, told ? { onprogress: told } : {});
  expect(answer).not.toHaveProperty('isError', true);
  return answer.structuredContent as Content;
}

async function refused(client: Client, name: string, args: Content): Promise<string> {
  const { isError, content } = await client.callTool({ name, arguments: args });
  expect(isError).toBe(true);
  return (content as { text: string }[])[0]?.text ?? '';
}

/** A command that waits until the test makes a file in the workspace. */
const until = (file: string) => ({ command: `until [ -e ${file} ]; do sleep 0.02; done; echo went` });

describe.each<[string, () => Promise<Client>]>([
  ['over HTTP', async () => await connect()],
  ['over HTTP, by the older protocol', async () => await connect('legacy')],
  ['over stdio', async () => await overStdio()],
])('the tools %s', (how, open) => {
  it('run a list of three, report its progress, and return its results', async () => {
    const client = await open();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('execute_task_list');
    const told: (string | undefined)[] = [];
    const execution_id = how.replaceAll(/\W+/g, '-');
    // It goes on when its client has been told that it runs: what happened before is told as it stands then.
    const tasks = [until('told'), ...THREE.slice(1)];
    const calling = client.callTool(
      { name: 'execute_task_list', arguments: { tasks, execution_id, on_failure: 'continue' } },
      { onprogress: ({ message }) => void told.push(message) },
    );
    await waitFor(() => told.length > 0 && existsSync(under.workspace(execution_id)));
    await under.put(execution_id, 'told');
    const answer = await calling;
    const status = answer.structuredContent as Content;
    expect(status).toMatchObject({ ended: true, status: 'failed', completed_tasks: 2, failed_tasks: 1 });
    expect(told.join()).toContain('Task 3: failed');
    const results = await call(client, 'get_results', { execution_id });
    expect(results).toMatchObject({
      notice: expect.stringContaining('data'),
      next_after_task: null,
      results: [
        { outcome: 'completed', untrusted: { stdout: 'went\n' } },
        { untrusted: { stderr: 'two\n' } },
        { outcome: 'nonzero_exit', exit_code: 1 },
      ],
    });
  });
});

describe('a wait', () => {
  it('ends at its bound, and the next one finds the execution; so does one after the API was killed', async () => {
    const client = await connect();
    const asked = { execution_id: 'waited-for', tasks: [until('go')], wait_seconds: 0.2 };
    expect(await call(client, 'execute_task_list', asked)).toMatchObject({ ended: false });
    const stdio = await overStdio();
    const begun = Promise.withResolvers<void>();
    const long = { execution_id: 'waited-for', wait_seconds: 50 };
    const patient = call(stdio, 'wait_for_execution', long, begun.resolve);
    await begun.promise;
    const begunToo = Promise.withResolvers<void>();
    // Its stream breaks, and it goes away.
    const gone = new AbortController();
    const cut = client
      .callTool(
        { name: 'wait_for_execution', arguments: long },
        { onprogress: () => begunToo.resolve(), signal: gone.signal },
      )
      .catch(() => 'cut');
    await begunToo.promise;
    const before = under.stack.pids();
    for (const name of ['api', 'gateway']) process.kill(before[name] ?? 0, 'SIGKILL');
    gone.abort();
    expect(await cut).toBe('cut');
    await waitFor(() => under.stack.pids()['api'] !== before['api']);
    await waitFor(async () => (await under.call('GET', '/health').catch(() => null))?.status === 200);
    await waitFor(() => existsSync(under.workspace('waited-for')));
    await under.put('waited-for', 'go');
    expect(await patient).toMatchObject({ ended: true, status: 'completed' });
    const again = await connect();
    expect(await call(again, 'wait_for_execution', { execution_id: 'waited-for' })).toMatchObject({
      status: 'completed',
    });
  });
});

describe('20 clients at once', () => {
  it('wait each for its own list, and all are answered', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `crowd-${String(index)}`);
    const answers = await Promise.all(
      ids.map(async (execution_id) => {
        const asked = { execution_id, tasks: [{ command: `echo ${execution_id}` }], wait_seconds: 50 };
        const client = await connect();
        const status = await call(client, 'execute_task_list', asked);
        return [status, await call(client, 'get_results', { execution_id })];
      }),
    );
    expect(answers.map(([status]) => status?.['status'])).toEqual(ids.map(() => 'completed'));
    const outputs = answers.map(([, given]) => (given as unknown as Printed).results[0]?.untrusted.stdout);
    expect(outputs).toEqual(ids.map((id) => `${id}\n`));
  });
});

describe('what there is beside the run', () => {
  it('is reported truly by the discovery, which needs no key', async () => {
    const { body } = await under.call('GET', '/.well-known/mcp/cc-executor.json');
    const client = await connect();
    const { tools } = await client.listTools();
    const { resources } = await client.listResources();
    const { resourceTemplates } = await client.listResourceTemplates();
    const { prompts } = await client.listPrompts();
    expect(body).toEqual({
      ...client.getServerVersion(),
      description: expect.any(String),
      protocol_versions: expect.arrayContaining([client.getNegotiatedProtocolVersion()]),
      transports: [
        { type: 'streamable-http', url: '/mcp', stateless: true },
        { type: 'stdio', command: 'cc-executor', args: ['mcp'] },
      ],
      authentication: { required: false, for: 'others', scheme: 'bearer' },
      tools: tools.map(({ name, title, description }) => ({ name, title, description })),
      resources: resources.map(({ name, uri }) => ({ name, uri })),
      resource_templates: resourceTemplates.map(({ name, uriTemplate }) => ({
        name,
        uri_template: uriTemplate,
      })),
      prompts: prompts.map(({ name, title }) => ({ name, title })),
    });
  });

  it('is read as resources, without secrets', async () => {
    const client = await connect();
    const { execution_id } = await call(client, 'execute_task', { task: { command: 'echo read me' } });
    const read = async (uri: string) => {
      const { contents } = await client.readResource({ uri });
      return (contents[0] as { text: string }).text;
    };
    expect(await read(`cc-executor://executions/${String(execution_id)}`)).toContain('echo read me');
    expect(await read(`cc-executor://executions/${String(execution_id)}/log`)).toContain('task.completed');
    expect(await read(`cc-executor://executions/${String(execution_id)}/receipts`)).toContain('sha256');
    const configuration = await read('cc-executor://configuration');
    expect(configuration).toContain('CC_EXECUTOR_NESTING_DEPTH');
    expect(configuration).not.toMatch(/REDIS_URL|API_KEY/);
  });

  it('distinguishes what does not exist from its own fault', async () => {
    const client = await connect();
    const reading = client.readResource({ uri: 'cc-executor://executions/nobody' });
    await expect(reading).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('EXECUTION_NOT_FOUND'),
    });
  });

  it('is the prompt for who orchestrates', async () => {
    const client = await connect();
    const prompt = await client.getPrompt({ name: 'orchestrate_task_list', arguments: { job: 'Tidy up.' } });
    const text = JSON.stringify(prompt.messages[0]?.content);
    expect(text).toContain('Tidy up.');
    const { tools } = await client.listTools();
    const names = new Set(tools.map(({ name }) => name));
    const named = [...text.matchAll(/`((?:execute|wait_for|get|control|check|validate|suggest)_\w+)`/g)];
    expect(named.map(([, name = '']) => name).filter((name) => !names.has(name))).toEqual([]);
  });

  it('pages events and long output, to the last byte', async () => {
    const client = await connect();
    const task = { command: 'seq 1 5000; printf "äöü"' };
    const { execution_id } = await call(client, 'execute_task', { task });
    let output = '';
    for (let from: unknown = 0; from !== null;) {
      const piece = await call(client, 'get_output', { execution_id, task: 1, from, max_bytes: 1000 });
      output += String(piece['untrusted']);
      from = piece['next_from'];
    }
    expect(output).toBe(`${Array.from({ length: 5000 }, (_, index) => String(index + 1)).join('\n')}\näöü`);
    expect(await call(client, 'verify_execution', { execution_id })).toMatchObject({ execution_id });
    const { results } = await call(client, 'get_results', { execution_id, max_characters: 100 });
    expect(results).toMatchObject([{ cut: ['stdout'] }]);
    const types: string[] = [];
    for (let after: unknown = 0, more = true; more;) {
      const page = await call(client, 'monitor_execution', { execution_id, after, limit: 2 });
      types.push(...(page['events'] as { type: string }[]).map(({ type }) => type));
      ({ next_after: after, more } = page as { next_after: number; more: boolean });
    }
    expect(types.at(0)).toBe('execution.queued');
    expect(types.at(-1)).toBe('execution.completed');
  });

  it('knows what a list is before it runs', async () => {
    const client = await connect();
    const tasks = ['Fix it', { command: 'ls' }];
    expect(await call(client, 'validate_task_list', { tasks })).toMatchObject({
      ready: false,
      findings: [expect.objectContaining({ task: 1 })],
    });
    expect(await call(client, 'suggest_execution_strategy', { tasks })).toMatchObject({
      steps: [
        { task: 1, needs: [] },
        { task: 2, how: 'direct', needs: [1] },
      ],
    });
    expect(await call(client, 'get_task_complexity', { task: 'What is 2 and 2?' })).toMatchObject({
      classification: { category: expect.any(String) },
    });
    for (const name of ['check_status', 'check_websocket_status'])
      expect(await call(client, name)).toMatchObject({ status: 'healthy', inside: [] });
    expect(await call(client, 'get_hook_status')).toMatchObject({ hooks_configured: [] });
    expect(await call(client, 'get_execution_history', { limit: 1 })).toMatchObject({
      rows: [{ schema: 1 }],
    });
  });
});

describe('an answer', () => {
  const length = (answer: Content) => JSON.stringify(answer).length;
  const MOST = 40_000;

  it('stays small for a list of a thousand, and says where it continues', async () => {
    const client = await connect();
    const execution_id = 'a-thousand';
    const tasks = Array.from({ length: 1000 }, (_, index) => ({
      prompt: `Fix the bug ${'in this long sentence '.repeat(8)}`,
      name: `Step ${String(index + 1)} of the long, long list of the night`,
    }));
    for (const name of ['validate_task_list', 'suggest_execution_strategy']) {
      const told = await call(client, name, { tasks });
      expect(length(told)).toBeLessThan(MOST);
      expect(JSON.stringify(told['left_out'])).toMatch(/[1-9]/);
    }
    const commands = tasks.map(({ name }) => ({ name, command: 'exit 1' }));
    await call(client, 'execute_task_list', { tasks: commands, execution_id, wait_seconds: 50 });
    for (const name of ['get_execution', 'verify_execution', 'get_results']) {
      const numbers: unknown[] = [];
      for (let after_task: unknown = 0; after_task !== null;) {
        const page = await call(client, name, { execution_id, after_task });
        expect(length(page)).toBeLessThan(MOST);
        const items = (page['tasks'] ?? page['results']) as { task_number?: number; task?: number }[];
        numbers.push(...items.map(({ task_number, task }) => task_number ?? task));
        after_task = page['next_after_task'];
      }
      expect(numbers).toEqual(tasks.map((_, index) => index + 1));
    }
    const bad = await refused(client, 'execute_task_list', { tasks: tasks.map(() => ({ command: '' })) });
    expect(bad).toMatch(
      /^INVALID_REQUEST: .*\(and 999 more\)\n[^]*\n- and more: the first line counts them\nNext: Correct every fault/,
    );
    expect(bad.length).toBeLessThan(MOST);
  });

  it('has fewer results on a page when they are long, and none of them twice', async () => {
    const client = await connect();
    const tasks = Array.from({ length: 20 }, () => ({ command: 'seq 2000; seq 2000 >&2' }));
    const { execution_id } = await call(client, 'execute_task_list', { tasks, wait_seconds: 50 });
    const page = await call(client, 'get_results', { execution_id });
    expect(length(page)).toBeLessThan(MOST);
    const results = page['results'] as { untrusted: { stdout: string } }[];
    expect(results[0]?.untrusted.stdout).toHaveLength(4000);
    expect(page['next_after_task']).toBe(results.length);
    const events = await call(client, 'monitor_execution', {
      execution_id,
      include_output: true,
      limit: 200,
    });
    expect(length(events)).toBeLessThan(MOST);
    const [first, last] = [0, -1].map((at) => (events['events'] as { seq: number }[]).at(at)?.seq);
    expect([first, events['next_after']]).toEqual([1, last]);
  });
});

describe('bad input', () => {
  it('is an error with its code and what to do, and nothing is half done', async () => {
    const client = await connect();
    const before = await under.call('GET', '/executions?limit=200');
    await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    });
    expect(await refused(client, 'execute_task_list', { tasks: 'x' })).toMatch(/validation/i);
    expect(await refused(client, 'execute_task_list', { tasks: [{ command: 'a', prompt: 'b' }] })).toMatch(
      /^INVALID_REQUEST: tasks\[0\].*\n.*\nNext: Correct every fault/,
    );
    const many = Array.from({ length: 1001 }, () => ({ command: 'true' }));
    expect(await refused(client, 'execute_task_list', { tasks: many })).toMatch(/1000|1,000/);
    expect(await refused(client, 'execute_task', { task: 'x'.repeat(1024 * 1024 + 1) })).toMatch(
      /^INVALID_REQUEST/,
    );
    expect(await refused(client, 'get_results', { execution_id: 'nowhere' })).toMatch(/^EXECUTION_NOT_FOUND/);
    await expect(
      client.callTool({ name: 'execute_task', arguments: { task: 'x'.repeat(11 << 20) } }),
    ).rejects.toThrow(/413|too large/i);
    expect((await under.call('GET', '/executions?limit=200')).body).toEqual(before.body);
  });

  // Proves: no-foreign-page
  it('is refused at the door from a foreign page', async () => {
    const headers = { origin: 'https://evil.example', 'content-type': 'application/json' };
    const response = await fetch(`${under.stack.apiUrl}/mcp`, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' });
  });
});

describe('tasks that start tasks', () => {
  // Proves: nesting-is-bounded
  it('know where they are, and are bounded in depth and in number', async () => {
    const outer = await under.submit({
      execution_id: 'outer',
      tasks: [{ command: 'echo $CC_EXECUTOR_LINEAGE' }],
    });
    await under.ended(outer);
    expect((await under.results(outer)).results[0]?.stdout).toBe('outer\n');
    const lineage = { 'cc-executor-lineage': 'outer' };
    const inner = await connect('auto', lineage);
    const task = { command: 'echo $CC_EXECUTOR_LINEAGE' };
    const first = await call(inner, 'execute_task', { execution_id: 'inner', task });
    expect(first).toMatchObject({ status: 'completed' });
    expect(await call(inner, 'get_results', { execution_id: 'inner' })).toMatchObject({
      results: [{ untrusted: { stdout: 'outer,inner\n' } }],
    });
    const stdio = await overStdio('outer,inner,innermost');
    expect(await refused(stdio, 'execute_task', { task })).toMatch(/^NESTING_LIMIT: .*NESTING_DEPTH/);
    await call(inner, 'execute_task', { task });
    expect(await refused(inner, 'execute_task', { task })).toMatch(/^NESTING_LIMIT: .*NESTED_EXECUTIONS/);
  });

  // Proves: nesting-is-bounded
  it('cannot stop what they run in', async () => {
    await under.submit({ execution_id: 'above', tasks: [until('go')] });
    const inside = await connect('auto', { 'cc-executor-lineage': 'above' });
    for (const action of ['cancel', 'pause'])
      expect(await refused(inside, 'control_execution', { execution_id: 'above', action })).toMatch(
        /^OWN_LINEAGE/,
      );
    const outside = await connect();
    await call(outside, 'control_execution', { execution_id: 'above', action: 'cancel' });
    expect(await under.ended('above')).toMatchObject({ status: 'cancelled' });
  });
});
