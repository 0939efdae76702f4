import { waitFor } from '@cc-executor/testkit';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './gateway-under-test.ts';
import { startGatewayProcess } from './gateway-process.ts';
import { CONTINUATION, frame, PING, RawClient, TEXT } from './raw-client.ts';

const MIB = 1024 * 1024;
/**
 * How much the gateway may grow by one client that does not read; by messages of 9 MiB, more: some of them, and what is
 * parsed of them, wait for the collector. Their growth is as large after 3 GB as after 300 MB.
 */
const MOST_GROWTH = 160 * MIB;
const MOST_GROWTH_LARGE = 288 * MIB;
const FLOOD_MS = 3000;
/** How often another client is served meanwhile, at least. */
const SERVED = 5;

let gateway: Awaited<ReturnType<typeof startGatewayProcess>>;
beforeAll(async () => {
  gateway = await startGatewayProcess();
});
afterAll(async () => gateway.close());

const many = (piece: Buffer, bytes = 64 * 1024) =>
  Buffer.concat(Array.from({ length: Math.ceil(bytes / piece.length) }, () => piece));
const fragments = Buffer.concat([
  frame('{"', TEXT, false),
  many(frame('x', CONTINUATION, false), 8 * 1024),
  frame('x', CONTINUATION),
]);

const FLOODS = {
  'valid requests': many(frame('{"jsonrpc":"2.0","id":1,"method":"status"}')),
  'requests that ask Redis': many(frame('{"jsonrpc":"2.0","id":1,"method":"hook_status"}')),
  'invalid JSON': many(frame('{"x')),
  'names of methods of 9 MiB': frame(`{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(9 * MIB)}"}`),
  'ids of 9 MiB': frame(`{"jsonrpc":"2.0","id":"${'x'.repeat(9 * MIB)}","method":"status"}`),
  pings: many(frame('x'.repeat(125), PING)),
  'empty frames': many(frame('')),
  'fragmented messages': many(fragments),
};

describe('a client that sends and never reads', () => {
  it.each(Object.entries(FLOODS))('%s: memory stays bounded, and others are served', async (_, piece) => {
    const other = new Client(`ws://127.0.0.1:${String(gateway.port)}/ws/mcp`, {});
    await other.next(({ method }) => method === 'connected');
    const before = gateway.memory();
    const flooding = await RawClient.open(gateway.port);
    const ending = new AbortController();
    const flood = flooding.flood(() => piece, ending.signal);
    const isLong = AbortSignal.timeout(FLOOD_MS);
    let most = 0;
    let answered = 0;
    // On a busy machine it takes longer until the gateway has had enough to grow by.
    while (!isLong.aborted || answered <= SERVED || flooding.taken <= piece.length) {
      other.messages.length = 0;
      other.send({ jsonrpc: '2.0', id: answered, method: 'status' });
      await other.next(({ id, result }) => id === answered && result !== undefined);
      answered += 1;
      most = Math.max(most, gateway.memory());
    }
    ending.abort();
    await flood;
    flooding.socket.destroy();
    other.socket.terminate();
    expect(most - before).toBeLessThan(piece.length > MIB ? MOST_GROWTH_LARGE : MOST_GROWTH);
  });
});

describe('sockets without a key', () => {
  it('lock nobody out and take little memory, however much they send', async () => {
    const locked = await startGatewayProcess({ CC_EXECUTOR_API_KEY: 'the-secret-key', MAX_SESSIONS: '3' });
    const before = locked.memory();
    const most = { growth: 0 };
    const piece = Buffer.alloc(MIB, frame('x'.repeat(9 * MIB)).subarray(0, 14));
    const signal = AbortSignal.timeout(FLOOD_MS);
    const floods = Array.from({ length: 100 }, async () => {
      const strange = await RawClient.open(locked.port);
      await strange.flood(() => piece, signal);
      strange.socket.destroy();
    });
    const url = `ws://127.0.0.1:${String(locked.port)}/ws/mcp`;
    while (!signal.aborted) {
      const known = new Client(url, { headers: { authorization: 'Bearer the-secret-key' } });
      await known.next(({ method }) => method === 'connected');
      const late = new Client(url, {});
      await late.settled;
      late.send({ key: 'the-secret-key' });
      await late.next(({ method }) => method === 'connected');
      for (const { socket } of [known, late]) socket.terminate();
      most.growth = Math.max(most.growth, locked.memory() - before);
      await delay(100);
    }
    await Promise.all(floods);
    await locked.close();
    expect(most.growth).toBeLessThan(MOST_GROWTH);
  });

  it('are kept out of the sessions, the oldest first when there are many', async () => {
    const locked = await startGatewayProcess({ CC_EXECUTOR_API_KEY: 'the-secret-key', MAX_SESSIONS: '1' });
    const url = `ws://127.0.0.1:${String(locked.port)}/ws/mcp`;
    const silent = Array.from({ length: 40 }, () => new Client(url, {}));
    await waitFor(() => silent.filter(({ closed }) => closed === 1008).length === 24);
    const late = new Client(url, {});
    await late.settled;
    late.send({ key: 'the-secret-key' });
    await late.next(({ method }) => method === 'connected');
    // The last one as well, after the time that it has for its key.
    await waitFor(() => silent.every(({ closed }) => closed === 1008));
    expect(silent[0]?.messages).toMatchObject([{ error: { data: { code: 'UNAUTHENTICATED' } } }]);
    for (const { socket } of [...silent, late]) socket.terminate();
    await locked.close();
  });
});

describe('a client that begins to read after a flood', () => {
  it('is answered every request, in order', async () => {
    // Enough to fill the buffers of the kernel both ways.
    const ids = Array.from({ length: 60_000 }, (_, index) => String(index).padStart(190, '0'));
    const client = new Client(`ws://127.0.0.1:${String(gateway.port)}/ws/mcp`, {});
    await client.next(({ method }) => method === 'connected');
    client.socket.pause();
    for (const id of ids) client.send({ jsonrpc: '2.0', id, method: 'status' });
    let before = NaN;
    const stands = () => {
      const waiting = client.socket.bufferedAmount;
      const isSame = waiting === before;
      before = waiting;
      return isSame && waiting > 0;
    };
    await waitFor(async () => stands() && (await delay(500), stands()), {
      what: 'the gateway to read no more',
    });
    client.socket.resume();
    await client.next(({ id }) => id === ids.at(-1));
    expect(client.messages.slice(1).map(({ id }) => id)).toEqual(ids);
    client.socket.terminate();
  });
});
