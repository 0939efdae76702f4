import { toolText } from '@cc-executor/contracts';
import { processIsAlive, toolServer, waitFor, type ToolServerFault } from '@cc-executor/testkit';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  LocalLauncher,
  toolAgent,
  type AgentEvent,
  type AgentSink,
  type AgentTask,
} from '../../src/index.ts';

import { callTool } from '../../src/tool/call/call-tool.ts';
import { transportTo } from '../../src/tool/call/transport.ts';

type Servers = NonNullable<AgentTask['options']['mcp_servers']>;

let cwd: string;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'cc-executor-tool-'));
});
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
  await rm(cwd, { recursive: true, maxRetries: 10, force: true });
});

/** Starts a call of a tool of the server that serves tools, unless another one is given. */
function start(
  tool: string,
  given: Record<string, unknown> = {},
  {
    fault,
    server = toolServer(fault),
    options = {},
    allowed = null,
    env = {},
  }: {
    fault?: ToolServerFault;
    server?: Servers[string];
    options?: AgentTask['options'];
    allowed?: string[] | null;
    env?: Record<string, string>;
  } = {},
) {
  const agent = toolAgent({
    launch: new LocalLauncher().launch,
    allowedCommands: allowed,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    passedCredentials: [],
    graceMs: 5000,
  });
  const events: AgentEvent[] = [];
  const messages: unknown[] = [];
  const output = { stdout: '', stderr: '' };
  const life = { signs: 0 };
  const sink: AgentSink = {
    given: () => undefined,
    event: (event) => void events.push(event),
    output: (stream, chunk) => void (output[stream] += chunk.toString()),
    message: (json) => void messages.push(JSON.parse(json)),
    alive: () => void (life.signs += 1),
  };
  const task: AgentTask = {
    executionId: 'e',
    task: 1,
    attempt: 1,
    text: toolText({ server: 'tools', name: tool, arguments: given }),
    options: { mcp_servers: { tools: server }, ...options },
    cwd,
    session: null,
    variables: {},
  };
  return { run: agent.start(task, sink), events, messages, output, life };
}

/** The address of an HTTP server that answers like this. */
async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`;
}

describe('a call of a tool', () => {
  it('gives its text, and reports the server and its process', async () => {
    const { run, output, events, messages } = start('echo', { text: '"}, {{x}} \u0000 é' });
    expect(await run.ended).toMatchObject({
      outcome: 'completed',
      message: null,
      result: '"}, {{x}} \u0000 é',
      json: null,
      agent_version: 'tools 1.2',
      exit_code: null,
      cost_usd: null,
    });
    expect(output.stdout).toBe('"}, {{x}} \u0000 é');
    expect(events.map(({ type }) => type)).toEqual(['task.process', 'agent.message']);
    expect(messages).toMatchObject([{ type: 'tool_result', server: 'tools', tool: 'echo' }]);
  });

  it('gives a long text in pieces, and no character in two of them', async () => {
    const text = `${'x'.repeat(32 * 1024 - 1)}\u{1f600}`;
    const { run, output } = start('echo', { text });
    expect(await run.ended).toMatchObject({ outcome: 'completed', result: text });
    expect(output.stdout).toBe(text);
  });

  it('gives structured content beside the text', async () => {
    const { run } = start('structured');
    expect(await run.ended).toMatchObject({
      outcome: 'completed',
      result: 'two',
      json: { count: 2, names: ['a', 'b'] },
    });
  });

  it('names contents that are no text, and keeps them whole in the transcript', async () => {
    const { run, messages } = start('mixes_contents');
    const { result } = await run.ended;
    expect(result).toBe('See\n[image, image/png, 3 bytes: in messages.jsonl]\nthe text of a\n[b: file:///b]');
    expect(messages).toMatchObject([{ content: [{}, { type: 'image', data: 'AAAA' }, {}, {}] }]);
  });

  it('may give nothing at all', async () => {
    const { run } = start('answers_nothing');
    expect(await run.ended).toMatchObject({ outcome: 'completed', result: '', json: null });
  });

  it.each(['says_garbage_first', 'answers_without_version', 'answers_without_line_break'])(
    'of a server that %s has its answer',
    async (tool) => {
      const { run } = start(tool);
      expect(await run.ended).toMatchObject({ outcome: 'completed', result: 'said' });
    },
  );

  it("keeps the server's stderr", async () => {
    const { run, output } = start('writes_to_stderr');
    expect(await run.ended).toMatchObject({ outcome: 'completed', result: 'written' });
    expect(output.stderr).toContain('a warning');
  });

  it.each([
    ['API_TOKEN', {}, 'undefined'],
    ['API_TOKEN', { pass_env: ['API_TOKEN'] }, 'secret'],
    ['CC_EXECUTOR_EXECUTION_ID', {}, 'e'],
    ['TOLD', { env: { TOLD: 'yes' } }, 'yes'],
  ])('gives the server %s of its environment with %j as %s', async (name, options, value) => {
    const { run } = start('tells_environment', { name }, { options, env: { API_TOKEN: 'secret' } });
    expect(await run.ended).toMatchObject({ result: value });
  });

  it('leaves no process of the server', async () => {
    const { run } = start('starts_another_process');
    const { result } = await run.ended;
    expect(Number(result)).toBeGreaterThan(0);
    expect(processIsAlive(Number(result))).toBe(false);
  });
});

describe('a call that fails', () => {
  it.each<[string, Record<string, unknown>, ToolServerFault | undefined, string, RegExp]>([
    ['ech', {}, undefined, 'tool_not_found', /has no tool ech\. Is echo meant\? It has: echo, structured/],
    ['echo', {}, 'has-no-tools', 'tool_not_found', /offers no tools/],
    ['echo', { text: 1 }, undefined, 'invalid_arguments', /\/text must be string/],
    ['echo', {}, undefined, 'invalid_arguments', /must have required property 'text'/],
    ['refuses_its_arguments', {}, undefined, 'invalid_arguments', /text must be Latin/],
    ['reports_an_error', {}, undefined, 'tool_failed', /the index is locked/],
    ['answers_with_an_error', {}, undefined, 'tool_failed', /-32603.*the disk is full/],
    ['breaks_its_schema', {}, undefined, 'invalid_output', /output schema.*count/],
    ['ends_in_the_call', {}, undefined, 'mcp_failed', /ended during the call.*out of luck/],
    ['answers_50_mb', {}, undefined, 'answer_too_large', /more than 16777216 bytes/],
    ['closes_its_output', {}, undefined, 'mcp_failed', /ended during the call/],
    ['answers_with_null', {}, undefined, 'mcp_failed', /its answer has no result: null/],
    ['answers_with_a_text_as_error', {}, undefined, 'tool_failed', /boom/],
    ['echo', {}, 'ends-at-once', 'mcp_failed', /ended before it was ready.*no licence found/],
    ['echo', {}, 'speaks-another-version', 'mcp_failed', /could not be used.*2031-01-01/],
  ])('%s with %j of a server that %s ends as %s', async (tool, given, fault, outcome, message) => {
    const { run } = start(tool, given, fault === undefined ? {} : { fault });
    const end = await run.ended;
    expect(end).toMatchObject({ outcome, result: null });
    expect(end.message).toMatch(message);
  });

  it('names a program that is not there', async () => {
    const { run } = start('echo', {}, { server: { command: 'no-such-program-here' } });
    const end = await run.ended;
    expect(end).toMatchObject({ outcome: 'mcp_failed' });
    expect(end.message).toMatch(/no-such-program-here could not be started/);
  });

  it('starts no program that is not allowed', async () => {
    const { run } = start('echo', {}, { allowed: ['git'] });
    expect(await run.ended).toMatchObject({ outcome: 'not_allowed' });
  });
});

describe('a server at an address', () => {
  it.each([
    ['far', 'far 3'],
    ['x'.repeat(1e6), 'x'.repeat(200)],
  ])('is called with its headers, and its name is cut (%#)', async (serverName, version) => {
    const seen: (string | undefined)[] = [];
    const url = await listen((request, response) => {
      seen.push(request.headers.authorization);
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (request.method !== 'POST') return response.writeHead(405).end();
        const { id, method } = JSON.parse(body) as { id?: number; method: string };
        if (id === undefined) return response.writeHead(202).end();
        const results: Record<string, object> = {
          initialize: {
            protocolVersion: '2025-06-18',
            capabilities: { tools: {} },
            serverInfo: { name: serverName, version: '3' },
          },
          'tools/list': { tools: [{ name: 'ask', inputSchema: { type: 'object' } }] },
          'tools/call': { content: [{ type: 'text', text: 'from afar' }] },
        };
        const result = results[method];
        const answer = result ? { result } : { error: { code: -32601, message: 'unknown' } };
        return response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
      });
    });
    const { run, events } = start(
      'ask',
      {},
      { server: { type: 'http', url, headers: { Authorization: 'Bearer t' } } },
    );
    expect(await run.ended).toMatchObject({
      outcome: 'completed',
      result: 'from afar',
      agent_version: version,
    });
    expect(events).not.toEqual([]);
    for (const event of events) expect(JSON.stringify(event).length).toBeLessThan(70_000);
    expect(new Set(seen)).toEqual(new Set(['Bearer t']));
  });

  it.each([
    ['HTML', (url: string) => url, /could not be used/],
    ['nothing', () => 'http://127.0.0.1:1/mcp', /could not be used.*(ECONNREFUSED|fetch failed)/],
  ])('that answers with %s could not be used', async (_, address, message) => {
    const url = await listen((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
    );
    const { run } = start('ask', {}, { server: { type: 'http', url: address(url) } });
    const end = await run.ended;
    expect(end).toMatchObject({ outcome: 'mcp_failed' });
    expect(end.message).toMatch(message);
  });
});

it.each([
  ['no answer', '', 'mcp_failed', 'ended without one'],
  ['too much', `data: "${'x'.repeat(17 * 1024 * 1024)}"\n\n`, 'answer_too_large', 'for less'],
])('a stream of events that ends with %s ends the call', async (_, body, outcome, message) => {
  const url = await listen((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(405).end();
      const { id, method } = JSON.parse(text) as { id?: number; method: string };
      if (id === undefined) return response.writeHead(202).end();
      if (method === 'tools/call')
        return response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body);
      const info = { protocolVersion: '2025-06-18', capabilities: { tools: {} } };
      const result = {
        ...(method === 'initialize' && { ...info, serverInfo: { name: 'far', version: '3' } }),
        ...(method === 'tools/list' && { tools: [{ name: 'ask', inputSchema: { type: 'object' } }] }),
      };
      const isKnown = Object.keys(result).length > 0;
      const answer = isKnown ? { result } : { error: { code: -32601, message: 'unknown' } };
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    });
  });
  const { run } = start('ask', {}, { server: { type: 'http', url } });
  expect(await run.ended).toMatchObject({ outcome, message: expect.stringContaining(message) as string });
});

describe('a call that takes long', () => {
  it('reports progress', async () => {
    const { run, events } = start('reports_progress', { until: 3, file: '' });
    expect(await run.ended).toMatchObject({ outcome: 'completed', result: 'worked' });
    expect(events).toContainEqual({
      type: 'agent.message',
      data: {
        kind: 'progress',
        raw: expect.objectContaining({ progress: 1, message: 'at work' }) as unknown,
      },
    });
  });

  it('is cancelled in the words of the protocol', async () => {
    const file = join(cwd, 'cancelled.txt');
    const { run, events } = start('reports_progress', { until: 1e9, file });
    await waitFor(() => events.some(({ data }) => 'kind' in data && data.kind === 'progress'));
    run.stop('cancelled');
    expect(await run.ended).toMatchObject({ outcome: 'cancelled', result: null });
    expect(await readFile(file, 'utf8')).toBe('cancelled');
  });

  it('ends for the first reason to stop it', async () => {
    const { run, events } = start('never_answers');
    await waitFor(() => events.some(({ type }) => type === 'agent.message'));
    run.stop('timed_out');
    run.stop('cancelled');
    expect(await run.ended).toMatchObject({ outcome: 'timed_out' });
  });

  it('reports a crash of the process that makes it', async () => {
    const { run, events } = start('never_answers');
    await waitFor(() => events.some(({ type }) => type === 'agent.message'));
    const [pid = 0] = events.flatMap(({ data }) => ('pid' in data ? [data.pid] : []));
    process.kill(pid, 'SIGKILL');
    const end = await run.ended;
    expect(end).toMatchObject({ outcome: 'agent_crashed' });
    expect(end.message).toMatch(/SIGKILL/);
  });
});

it('waits only so long for the first answer of a server', async () => {
  const spec = {
    serverName: 'tools',
    server: toolServer('never-ready'),
    tool: 'echo',
    arguments: {},
    mostBytes: 1000,
    startSeconds: 1,
  };
  const end = await callTool(spec, {
    transport: transportTo(spec, { PATH: process.env['PATH'] ?? '' }),
    signal: new AbortController().signal,
    onConnected: () => undefined,
    onProgress: () => undefined,
    onLife: () => undefined,
    onAnswer: () => undefined,
  });
  expect(end).toMatchObject({ outcome: 'mcp_failed', version: null });
  expect(end.message).toMatch(/did not answer within 1 s/);
});
