import { endAppend, outputAppend, rounds, submitList, waitFor } from '@cc-executor/testkit';
import { connect } from '@cc-executor/executions-redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

/** How often a reader comes back. */
const TIMES = rounds({ short: 50, nightly: 1000 });
let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({ MAX_SESSIONS: '1000' });
});
afterAll(async () => gateway.close());

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe('readers of one execution', () => {
  it('share one subscription, join at any time, and each gets everything', async () => {
    const id = await submitList(gateway.store);
    const redis = connect(gateway.redis.url, 'patient', () => undefined);
    const total = 2000;
    const writing = (async () => {
      for (let i = 0; i < total; i++) await gateway.store.append(id, outputAppend(id, `${String(i)} é\n`));
    })();
    const clients = [];
    for (let i = 0; i < 40; i++) {
      await waitFor(async () => ((await gateway.store.readStatus(id))?.head ?? 0) > i * 20);
      clients.push(await gateway.open(`/executions/${id}/stream?after=${String(i)}`));
    }
    const [, subscribers] = (await redis.pubsub('NUMSUB', `cc:live:${id}`)) as [string, number];
    expect(subscribers).toBe(1);
    await writing;
    await gateway.store.append(id, endAppend(id));
    for (const [index, client] of clients.entries()) {
      expect(await client.untilClosed()).toBe(1000);
      expect(client.seqs).toEqual(upTo(total + 2).slice(index));
    }
    await waitFor(async () => ((await redis.pubsub('NUMSUB', `cc:live:${id}`)) as [string, number])[1] === 0);
    redis.disconnect();
  });

  it('stay while Redis is away, and restart when it comes back with less', async () => {
    const id = await submitList(gateway.store);
    for (let i = 0; i < 10; i++) await gateway.store.append(id, outputAppend(id, 'kept\n'));
    const rollBack = await gateway.redis.remember();
    for (let i = 0; i < 10; i++) await gateway.store.append(id, outputAppend(id, 'gone\n'));
    const [plain, late] = await Promise.all([
      gateway.open(`/executions/${id}/stream`),
      gateway.open(`/executions/${id}/stream?after=5`),
    ]);
    const rpc = await gateway.open('/ws/mcp');
    rpc.send({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { execution_id: id } });
    for (const client of [plain, late, rpc]) await waitFor(() => client.seqs.at(-1) === 21);
    await rollBack();
    for (let i = 0; i < 3; i++) await gateway.store.append(id, outputAppend(id, 'new\n'));
    await gateway.store.append(id, endAppend(id));
    await rpc.next(({ method }) => method === 'end');
    expect([await plain.untilClosed(), await late.untilClosed()]).toEqual([1000, 1000]);
    for (const client of [plain, late, rpc]) {
      const reset = client.messages.findIndex(({ type, method }) => (type ?? method) === 'reset');
      const anew = client.messages.slice(reset + 1).map(({ seq, params }) => seq ?? params?.['seq']);
      expect(anew.filter((seq) => seq !== undefined)).toEqual(upTo(15));
    }
    // Each connection comes back by itself; who is new is refused until that of the store has.
    const health = `http://127.0.0.1:${String(gateway.port)}/health`;
    await waitFor(async () => (await fetch(health)).ok, { what: 'the gateway to have Redis again' });
  });

  it('are sent on from where they are, also where this gateway has not come that far yet', async () => {
    const id = await submitList(gateway.store);
    const redis = connect(gateway.redis.url, 'patient', () => undefined);
    const early = await gateway.open(`/executions/${id}/stream`);
    await early.next(({ seq }) => seq === 1);
    // What is published now does not reach the gateway.
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    redis.disconnect();
    for (let i = 0; i < 5; i++) await gateway.store.append(id, outputAppend(id, 'x'));
    const ahead = await gateway.open(`/executions/${id}/stream?after=6`);
    await gateway.store.append(id, endAppend(id));
    expect([await early.untilClosed(), await ahead.untilClosed()]).toEqual([1000, 1000]);
    expect(early.seqs).toEqual(upTo(7));
    expect(ahead.messages.map(({ seq, type }) => seq ?? type)).toEqual([7, 'end']);
  });

  it(`that come back ${String(TIMES)} times, anywhere, end with exactly the log`, async () => {
    const id = await submitList(gateway.store);
    const written = { done: false };
    const writing = (async () => {
      for (let i = 0; !written.done; i++)
        await gateway.store.append(id, outputAppend(id, `line ${String(i)}\n`));
      await gateway.store.append(id, endAppend(id));
    })();
    const seqs: number[] = [];
    for (let times = 0; times <= TIMES; times++) {
      written.done = times === TIMES;
      const after = seqs.at(-1) ?? 0;
      const client = await gateway.open(`/executions/${id}/stream?after=${String(after)}`);
      const enough = Math.floor(Math.random() * 40);
      if (written.done) await client.untilClosed();
      else await waitFor(() => client.seqs.length >= enough);
      client.socket.terminate();
      seqs.push(...client.seqs);
    }
    await writing;
    const head = (await gateway.store.readStatus(id))?.head ?? 0;
    expect(head).toBeGreaterThan(TIMES);
    expect(seqs).toEqual(upTo(head));
  });
});
