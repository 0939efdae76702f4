import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { brokenJson } from './broken-json.ts';
import { mixed } from './damage.ts';
import { fromSchema, type Schema } from './from-schema.ts';
import { hostileText, hostileValue } from './hostile.ts';
import { inParallel } from './in-parallel.ts';
import { submissionsOf } from './submissions.ts';
import { scaled } from './scale.ts';
import { KEY, NEVER_MS, expectNoHarm, type UnderFire } from './under-fire.ts';

/** Half an hour: there to end what hangs. */
const TIMEOUT = 1_800_000;
/** The revision without a handshake, whose requests say by themselves who asks. */
const MODERN = '2026-07-28';
const ABOUT_CLIENT = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': { name: 'fire', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};

interface Input {
  headers: Record<string, string>;
  body: string;
}
interface Tool {
  name: string;
  inputSchema: Schema;
}

it('answers whatever an MCP client may send', { timeout: TIMEOUT }, async () => {
  const count = scaled(12_000);
  await expectNoHarm({ suite: 'MCP', inputs: count }, async (fire) => {
    const listed = await ask(fire, {
      headers: {},
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
    });
    const { result } = JSON.parse(/^data: (.*)$/m.exec(listed.text)?.[1] ?? '') as {
      result: { tools: Tool[] };
    };
    expect(result.tools.length).toBeGreaterThan(10);
    const inputs = inputsOf(result.tools);
    await inParallel({
      inputs,
      count,
      lanes: 8,
      warm: fire.warm,
      one: async (input) => await call(fire, input),
    });
  });
});

async function ask(fire: UnderFire, { headers, body }: Input): Promise<{ status: number; text: string }> {
  const response = await fetch(`${fire.apiUrl}/mcp`, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(NEVER_MS * 2),
    headers: {
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
  });
  return { status: response.status, text: await response.text() };
}

async function call(fire: UnderFire, input: Input): Promise<void> {
  const began = performance.now();
  try {
    const { status, text } = await ask(fire, input);
    const ms = performance.now() - began;
    // Two tools and a resource name folders of the machine to their owner, as the addresses of REST do.
    const isTold = /check_(websocket_)?status|cc-executor:\/\/configuration/.test(input.body);
    if (isInternal(text)) fire.wrong(`INTERNAL: ${text.slice(0, 500)}`, input);
    fire.saw({ kind: String(status), ms, text: isTold ? '' : text, input });
  } catch (error) {
    fire.wrong(`no answer: ${String((error as Error).cause ?? error)}`, input);
  }
}

/** The protocol's library calls wrong params internal too; those are the caller's, and told as a list of issues. */
function isInternal(text: string): boolean {
  if (/"code":"INTERNAL"|INTERNAL: /.test(text)) return true;
  return text.includes('"code":-32603') && !text.includes('"code":-32603,"message":"[\\n  {');
}

function inputsOf(tools: readonly Tool[]): fc.Arbitrary<Input> {
  const ids = fc.nat(30).map((n) => `run-${String(n)}`);
  // A wait is a call that takes as long as it says.
  const waits = fc.constantFrom(0, 0.01);
  const named = (name: string) =>
    name === 'execution_id' ? ids : name === 'wait_seconds' ? waits : undefined;
  const calls = tools.map(({ name, inputSchema }) => {
    const hasWait = inputSchema.properties?.['wait_seconds'] !== undefined;
    const args = mixed(submissionsOf(fromSchema(inputSchema, { named })));
    return args.map((given) =>
      params('tools/call', { name, arguments: hasWait ? withoutWait(given) : given }),
    );
  });
  const uris = fc.oneof(
    fc.constantFrom(
      'cc-executor://configuration',
      'cc-executor://executions/run-1',
      'cc-executor://executions/run-1/receipts',
    ),
    ids.map((id) => `cc-executor://executions/${id}`),
    hostileText.map((text) => `cc-executor://executions/${text}`),
    hostileText,
  );
  const others = fc.oneof(
    uris.map((uri) => params('resources/read', { uri })),
    fc
      .tuple(hostileText, hostileValue)
      .map(([name, args]) => params('prompts/get', { name, arguments: args })),
    fc
      .tuple(fc.oneof(ids, hostileText), fc.constantFrom('get', 'cancel', 'update'))
      .map(([taskId, verb]) => params(`tasks/${verb}`, { taskId })),
    fc.tuple(hostileText, hostileValue).map(([method, value]) => params(method, value)),
    fc
      .tuple(
        fc.constantFrom(
          'initialize',
          'ping',
          'tools/list',
          'resources/list',
          'server/discover',
          'notifications/cancelled',
          'completion/complete',
          'logging/setLevel',
        ),
        hostileValue,
      )
      .map(([method, value]) => params(method, value)),
  );
  const requests = fc.tuple(
    fc.oneof({ weight: 3, arbitrary: fc.oneof(...calls) }, { weight: 1, arbitrary: others }),
    fc.boolean(),
    fc.nat(),
  );
  const messages = requests.map(([{ method, value }, isModern, id]) => {
    const isOpen = typeof value === 'object' && value !== null && !Array.isArray(value);
    const whole = isModern && isOpen ? { ...value, _meta: ABOUT_CLIENT } : value;
    return { method, isModern, name: nameIn(value), message: { jsonrpc: '2.0', id, method, params: whole } };
  });
  const bodies = fc.oneof(
    {
      weight: 12,
      arbitrary: messages.map(({ method, isModern, name, message }) => ({
        headers: isModern
          ? {
              'mcp-protocol-version': MODERN,
              'mcp-method': inHeader(method),
              ...(name !== null && { 'mcp-name': inHeader(name) }),
            }
          : {},
        body: JSON.stringify(message),
      })),
    },
    {
      weight: 1,
      arbitrary: mixed(messages.map(({ message }) => message)).map((value) => ({
        headers: {},
        body: JSON.stringify(withoutWaitAnywhere(value)) ?? '',
      })),
    },
    { weight: 1, arbitrary: brokenJson.map((body) => ({ headers: {}, body })) },
  );
  const oddHeaders = fc.constantFrom<Record<string, string>>(
    ...Array.from({ length: 40 }, () => ({})),
    { 'mcp-protocol-version': '1' },
    { 'mcp-session-id': 'a' },
    { accept: 'text/html' },
    { 'last-event-id': '-1' },
    { 'cc-executor-lineage': '../..' },
  );
  return fc
    .tuple(bodies, oddHeaders)
    .map(([{ headers, body }, odd]) => ({ body, headers: { ...headers, ...odd } }));
}

const params = (method: string, value: unknown) => ({ method, value });

/** What the header of a request repeats of its body. */
function nameIn(value: unknown): string | null {
  const { name, uri, taskId } = (value ?? {}) as { name?: unknown; uri?: unknown; taskId?: unknown };
  const given = name ?? uri ?? taskId;
  return typeof given === 'string' ? given : null;
}

const inHeader = (text: string) => text.replaceAll(/[^\x21-\x7E]/g, '').slice(0, 2000);

/** With no longer wait than a moment, unless what is there in its place is no number. */
function withoutWait(args: unknown): unknown {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return args;
  const { wait_seconds: given } = args as { wait_seconds?: unknown };
  return { ...args, wait_seconds: typeof given === 'number' || given === undefined ? 0 : given };
}

function withoutWaitAnywhere(message: unknown): unknown {
  const { params: inner } = (message ?? {}) as { params?: { arguments?: unknown } };
  if (typeof inner?.arguments !== 'object') return message;
  return { ...(message as object), params: { ...inner, arguments: withoutWait(inner.arguments) } };
}
