import * as fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { brokenJson } from './broken-json.ts';
import { mixed, nearly } from './damage.ts';
import { fromSchema, type Schema } from './from-schema.ts';
import { hostileText, hostileValue } from './hostile.ts';
import { inParallel } from './in-parallel.ts';
import { submissionsOf } from './submissions.ts';
import { scaled } from './scale.ts';
import { KEY, NEVER_MS, expectNoHarm, type UnderFire } from './under-fire.ts';

/** Half an hour: there to end what hangs. */
const TIMEOUT = 1_800_000;
const LANES = 8;
/** A socket has a new one after so many messages: what one session may hold is bounded. */
const MESSAGES = 40;

type Message =
  | { kind: 'text' | 'binary' | 'fragments'; data: string }
  /** Bytes on the connection of an accepted socket. */
  | { kind: 'wire'; data: Uint8Array }
  /** The address of a stream. */
  | { kind: 'stream'; data: string };

interface Description {
  channels: { mcp: { messages: Record<string, { payload: Schema }> } };
}

it('answers whatever comes over a socket of the gateway', { timeout: TIMEOUT }, async () => {
  const count = scaled(24_000);
  await expectNoHarm({ suite: 'WebSocket', inputs: count }, async (fire) => {
    const address = fire.wsUrl.replace(/^ws/, 'http');
    const headers = { authorization: `Bearer ${KEY}` };
    const described = await fetch(`${address}/asyncapi.json`, { headers });
    const inputs = messagesOf((await described.json()) as Description);
    const lanes = Array.from({ length: LANES }, () => new Lane(fire));
    await inParallel({
      inputs,
      count,
      lanes: LANES,
      warm: fire.warm,
      one: async (input, lane) => await lanes[lane]?.send(input),
    });
    for (const lane of lanes) lane.close();
  });
});

/** Sends to one session after the other, and asks after each message whether the session still answers. */
class Lane {
  readonly #fire: UnderFire;
  #socket: WebSocket | undefined;
  #left = 0;
  #asked = 0;

  constructor(fire: UnderFire) {
    this.#fire = fire;
  }

  close(): void {
    this.#socket?.terminate();
  }

  async send(input: Message): Promise<void> {
    const began = performance.now();
    const texts: string[] = [];
    const { promise: late, resolve } = Promise.withResolvers<'no answer'>();
    const timer = setTimeout(() => resolve('no answer'), NEVER_MS * 2);
    const kind = await Promise.race([this.#exchange(input, texts), late]);
    clearTimeout(timer);
    const ms = performance.now() - began;
    const shown = { ...input, data: String(input.data).slice(0, 1500) };
    if (kind === 'no answer' || kind === 'closed 1011') this.#fire.wrong(kind, shown);
    if (texts.some((text) => text.includes('"code":-32603')))
      this.#fire.wrong(`INTERNAL: ${texts.join(' ').slice(0, 500)}`, shown);
    this.#fire.saw({ kind, ms, text: texts.join('\n'), input: shown });
  }

  async #exchange(input: Message, texts: string[]): Promise<string> {
    if (input.kind === 'wire') return await overWire(this.#fire.wsUrl, input.data);
    if (input.kind === 'stream') return await stream(this.#fire.wsUrl + input.data, texts);
    const socket = await this.#open();
    const sentinel = `asked-${String((this.#asked += 1))}`;
    const { promise, resolve } = Promise.withResolvers<string>();
    const onMessage = (data: Buffer) => {
      const text = data.toString();
      // An answer may repeat it, but only its own has it as the id.
      if (text.startsWith(`{"jsonrpc":"2.0","id":"${sentinel}"`)) resolve(kindOf(texts));
      else texts.push(text);
    };
    const onClose = (code: number) => resolve(`closed ${String(code)}`);
    socket.on('message', onMessage).once('close', onClose);
    if (input.kind === 'fragments') {
      const half = Math.ceil(input.data.length / 2);
      socket.send(input.data.slice(0, half), { fin: false });
      socket.send(input.data.slice(half), { fin: true });
    } else socket.send(input.kind === 'binary' ? Buffer.from(input.data) : input.data);
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: sentinel, method: 'status', params: {} }));
    const kind = await promise;
    socket.off('message', onMessage).off('close', onClose);
    return kind;
  }

  async #open(): Promise<WebSocket> {
    this.#left -= 1;
    if (this.#socket?.readyState === WebSocket.OPEN && this.#left > 0) return this.#socket;
    this.#socket?.close();
    const socket = new WebSocket(`${this.#fire.wsUrl}/ws/mcp`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    socket.on('error', () => undefined);
    await once(socket, 'message');
    this.#left = MESSAGES;
    this.#socket = socket;
    return socket;
  }
}

/** What the first answer to a message was. */
function kindOf(texts: readonly string[]): string {
  const answer = texts.map(
    (text) => JSON.parse(text) as { id?: unknown; error?: { data: { code: string } } },
  );
  const own = answer.find((message) => 'id' in message);
  return own === undefined ? 'told nothing' : (own.error?.data.code ?? 'result');
}

async function stream(url: string, texts: string[]): Promise<string> {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${KEY}` } });
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.on('message', (data: Buffer) => {
    texts.push(data.toString());
    resolve('stream');
  });
  // What still runs may have nothing to tell after that position: then it answers this alone.
  socket.once('open', () => socket.ping());
  socket.once('pong', () => resolve('stream'));
  socket.once('unexpected-response', (_, { statusCode }) => resolve(String(statusCode)));
  socket.once('close', (code) => resolve(`closed ${String(code)}`));
  socket.on('error', () => resolve('refused'));
  const kind = await promise;
  socket.terminate();
  return kind;
}

/** Opens a socket by hand, sends the bytes and takes leave; resolves when the gateway has closed the connection. */
async function overWire(url: string, bytes: Uint8Array): Promise<string> {
  const { hostname, port, host } = new URL(url);
  const wire = connect(Number(port), hostname).on('error', () => undefined);
  const lines = [
    'GET /ws/mcp HTTP/1.1',
    `Host: ${host}`,
    `Authorization: Bearer ${KEY}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ];
  wire.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(wire, 'data');
  wire.resume().end(bytes);
  if (!wire.destroyed) await once(wire, 'close');
  return 'wire';
}

function messagesOf({ channels }: Description): fc.Arbitrary<Message> {
  const calls = Object.entries(channels.mcp.messages).filter(([name]) => name.startsWith('request.'));
  expect(calls.length).toBeGreaterThan(5);
  const ids = fc.nat(30).map((n) => `run-${String(n)}`);
  const named = (name: string) => (name === 'execution_id' ? ids : undefined);
  const right = fc.oneof(
    ...calls.map(([name, { payload }]) => callsOf(name.split('.')[1] ?? '', payload, named)),
  );
  const texts = fc
    .oneof(
      { weight: 12, arbitrary: right },
      { weight: 1, arbitrary: nearly(right) },
      { weight: 1, arbitrary: hostileValue },
    )
    .map((value) => JSON.stringify(value) ?? '');
  const all = fc.oneof({ weight: 12, arbitrary: texts }, { weight: 1, arbitrary: brokenJson });
  const paths = fc
    .tuple(
      fc.oneof(ids, hostileText),
      fc.option(fc.oneof(fc.integer().map(String), hostileText), { nil: null }),
    )
    .map(([id, after]) => {
      const query = after === null ? '' : `?${new URLSearchParams({ after }).toString()}`;
      return `/executions/${encodeURIComponent(id.toWellFormed())}/stream${query}`.slice(0, 8000);
    });
  return fc.oneof(
    { weight: 24, arbitrary: all.map((data): Message => ({ kind: 'text', data })) },
    { weight: 1, arbitrary: all.map((data): Message => ({ kind: 'binary', data })) },
    { weight: 2, arbitrary: all.map((data): Message => ({ kind: 'fragments', data })) },
    { weight: 2, arbitrary: paths.map((data): Message => ({ kind: 'stream', data })) },
    { weight: 3, arbitrary: frames.map((data): Message => ({ kind: 'wire', data })) },
  );
}

/** Calls of a method, whose params are right, nearly right or anything; `execute` has one kind of work, as it wants it. */
function callsOf(
  method: string,
  { properties: { params: schema = {} } = {} }: Schema,
  named: (name: string) => fc.Arbitrary<unknown> | undefined,
): fc.Arbitrary<unknown> {
  const given = fromSchema(schema, { named }) as fc.Arbitrary<Record<string, unknown>>;
  const params = method === 'execute' ? fc.oneof(withLists(given), withCommands(given)) : given;
  const ids = fc.oneof({ weight: 5, arbitrary: fc.nat() }, { weight: 1, arbitrary: hostileText });
  return fc.tuple(mixed(params), ids).map(([own, id]) => ({ jsonrpc: '2.0', id, method, params: own }));
}

function withLists(params: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<unknown> {
  return submissionsOf(params.map((given) => ({ tasks: [], ...without(given, 'command', 'prompt') })));
}

function withCommands(params: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<unknown> {
  return fc.tuple(params, hostileText).map(([given, text]) => ({
    ...without(given, 'tasks', 'command', 'prompt'),
    command: text.length % 2 === 1 ? 'true' : text,
  }));
}

function without(value: Record<string, unknown>, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** Frames as RFC 6455 has them, or nearly: with any opcode, reserved bit, length and mask, cut off anywhere. */
const frames: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.record({
      first: fc.oneof(
        fc.constantFrom(0x81, 0x82, 0x01, 0x00, 0x80, 0x88, 0x89, 0x8a),
        fc.integer({ min: 0, max: 255 }),
      ),
      isMasked: fc.boolean(),
      told: fc.oneof(fc.constant(null), fc.constantFrom(126, 127)),
      length: fc.oneof(fc.constant(null), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
      body: fc.uint8Array({ maxLength: 140 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((several) => Buffer.concat(several.map((frame) => frameOf(frame))))
  .chain((bytes) => fc.integer({ min: 0, max: bytes.length }).map((end) => bytes.subarray(0, end)));

function frameOf(frame: {
  first: number;
  isMasked: boolean;
  told: number | null;
  length: bigint | null;
  body: Uint8Array;
}) {
  const { first, isMasked, told, length, body } = frame;
  const size = told ?? Math.min(body.length, 125);
  const extended = Buffer.alloc(size === 126 ? 2 : size === 127 ? 8 : 0);
  if (size === 126) extended.writeUInt16BE(Number((length ?? BigInt(body.length)) & 0xffffn));
  if (size === 127) extended.writeBigUInt64BE(length ?? BigInt(body.length));
  const mask = Buffer.alloc(isMasked ? 4 : 0);
  return Buffer.concat([Buffer.of(first, size | (isMasked ? 0x80 : 0)), extended, mask, body]);
}
