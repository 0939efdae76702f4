import { CcError } from '@cc-executor/contracts';
import { follow, type Followed, type StoredEvent } from '@cc-executor/executions';
import { endAppend, outputAppend, submitList, waitFor } from '@cc-executor/testkit';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type StoreUnderTest } from './under-test.ts';

let under: StoreUnderTest;
beforeAll(async () => {
  under = await openStore();
});
afterAll(async () => under.close());

/** Returns false, for the next try, where an error says that Redis is away; throws any other. */
const isAway = (error: unknown) => {
  if (!(error instanceof CcError) || error.code !== 'STORE_UNAVAILABLE') throw error;
  return false;
};
const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

async function collect(
  id: string,
  cursor = { after: 0 } as Parameters<typeof follow>[2],
  onItem?: () => Promise<void>,
) {
  const items: Followed[] = [];
  for await (const item of follow(under.log, id, cursor, new AbortController().signal)) {
    items.push(item);
    await onItem?.();
  }
  const events = items.flatMap((item) => (item.kind === 'events' ? item.events : []));
  return { items, seqs: events.map((stored: StoredEvent) => stored.seq) };
}

describe('following an execution', () => {
  // Proves: one-cursor
  it('replays and continues live without gap or duplicate, wherever it begins', async () => {
    const id = await submitList(under.store);
    const total = 1500;
    const writing = (async () => {
      for (let i = 0; i < total; i++) await under.store.append(id, outputAppend(id, String(i)));
      await under.store.append(id, endAppend(id));
    })();
    const followers = upTo(8).map(async (n) => {
      await waitFor(async () => ((await under.log.head(id))?.head ?? 0) > n * 150);
      return await collect(id, { after: n * 10 });
    });
    for (const [index, { seqs }] of (await Promise.all(followers)).entries()) {
      const after = (index + 1) * 10;
      expect(seqs).toEqual(upTo(total + 2 - after).map((seq) => seq + after));
    }
    await writing;
  });

  // Proves: slow-readers-slow-nobody
  it('gives a slow reader everything, by paging', async () => {
    const id = await submitList(under.store);
    let written = 0;
    const { seqs } = await collect(id, { after: 0 }, async () => {
      // While this reader is busy with one item, more is written than a reader may leave unread.
      if (written < 3) {
        for (let i = 0; i < 1500; i++) await under.store.append(id, outputAppend(id, 'x'));
        written += 1;
        if (written === 3) await under.store.append(id, endAppend(id));
      }
    });
    expect(seqs).toEqual(upTo(4502));
  });

  it('finds by itself what was stored but never published', async () => {
    const id = await submitList(under.store);
    const following = collect(id);
    await waitFor(async () => (await under.redis.pubsub('CHANNELS', 'cc:live:*')).includes(`cc:live:${id}`));
    const json = JSON.stringify({ seq: 2 });
    await under.redis.xadd(`cc:log:${id}`, '2-0', 'type', 'execution.completed', 'event', json);
    expect((await following).seqs).toEqual([1, 2]);
  });

  // Proves: gap-is-told
  it('says where output was trimmed', async () => {
    const id = await submitList(under.store);
    for (let i = 0; i < 5; i++) await under.store.append(id, outputAppend(id, 'x'));
    await under.store.append(id, endAppend(id));
    await under.redis.xdel(`cc:log:${id}`, '3-0', '4-0');
    const { items, seqs } = await collect(id, { after: 1 });
    expect(items[1]).toEqual({ kind: 'gap', from: 3, to: 4 });
    expect(seqs).toEqual([2, 5, 6, 7]);
  });

  // Proves: epoch-resets
  it('restarts with a reset for a cursor of another epoch or beyond the end', async () => {
    const id = await submitList(under.store);
    await under.store.append(id, endAppend(id));
    const epoch = (await under.log.head(id))?.epoch;
    for (const cursor of [{ after: 1, epoch: 'other' }, { after: 9 }]) {
      const { items, seqs } = await collect(id, cursor);
      expect(items[0]).toEqual({ kind: 'reset', epoch });
      expect(seqs).toEqual([1, 2]);
    }
    expect((await collect(id, { after: 2, epoch })).items).toEqual([]);
  });

  it('ends when it is aborted, and leaves no channel behind', async () => {
    const id = await submitList(under.store);
    const stop = new AbortController();
    const seen: Followed[] = [];
    for await (const item of follow(under.log, id, { after: 0 }, stop.signal)) {
      seen.push(item);
      stop.abort();
    }
    expect(seen).toHaveLength(1);
    await waitFor(async () => !(await under.redis.pubsub('CHANNELS', 'cc:live:*')).includes(`cc:live:${id}`));
    await expect(collect('no-such-id')).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });

  it('continues after Redis was away', async () => {
    const own = await openStore();
    const id = await submitList(own.store);
    const seqs: number[] = [];
    const readOn = async () => {
      for await (const item of follow(own.log, id, { after: seqs.at(-1) ?? 0 }, new AbortController().signal))
        if (item.kind === 'events') seqs.push(...item.events.map(({ seq }) => seq));
    };
    // It may meet the dead Redis: then its reader comes again with its cursor, as a client does.
    const following = (async () => {
      while (!(await readOn().then(() => true, isAway))) await delay(50);
    })();
    await waitFor(() => seqs.length === 1);
    await own.server.kill();
    await own.server.start();
    // Each connection comes back in its own time.
    await waitFor(async () => await own.store.append(id, endAppend(id)).then(() => true, isAway));
    await following;
    expect(seqs).toEqual([1, 2]);
    await own.close();
  });
});
