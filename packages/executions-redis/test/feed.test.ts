import { followFeed, type FeedCursor, type FollowedFeed } from '@cc-executor/executions';
import { endAppend, outputAppend, submitList, waitFor } from '@cc-executor/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RedisEndedExecutions } from '../src/ended.ts';
import { RedisFeed } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

let under: StoreUnderTest;
let feed: RedisFeed;
beforeEach(async () => {
  under = await openStore();
  feed = new RedisFeed(await under.open('patient'), await under.open('patient'));
});
afterEach(async () => under.close());

/** Follows the feed; `items` grows. */
function following(cursor: FeedCursor | null) {
  const items: FollowedFeed[] = [];
  const leaving = new AbortController();
  const done = (async () => {
    for await (const item of followFeed(feed, cursor, leaving.signal)) items.push(item);
  })();
  const entries = () =>
    items.flatMap((item) =>
      item.kind === 'entries' ? item.entries.map(({ json }) => JSON.parse(json) as Entry) : [],
    );
  return {
    items,
    entries,
    until: async (count: number) => await waitFor(() => entries().length >= count && entries()),
    begun: async () => await waitFor(() => items[0]),
    leave: async () => {
      leaving.abort();
      await done;
    },
  };
}
interface Entry {
  position: number;
  epoch: string;
  execution_id: string;
  seq: number | null;
  type: string;
  status: string;
}

it('numbers the changes of state of all executions, with the state after each, and no output', async () => {
  const live = following(null);
  await live.begun();
  const first = await submitList(under.store);
  const second = await submitList(under.store);
  await under.store.append(first, outputAppend(first, 'x'));
  await under.store.append(second, endAppend(second));
  await under.store.append(first, endAppend(first));
  const entries = await live.until(4);
  expect(
    entries.map(({ position, execution_id, type, status, seq }) => [
      position,
      execution_id,
      type,
      status,
      seq,
    ]),
  ).toEqual([
    [1, first, 'execution.queued', 'queued', 1],
    [2, second, 'execution.queued', 'queued', 1],
    [3, second, 'execution.completed', 'completed', 2],
    [4, first, 'execution.completed', 'completed', 3],
  ]);
  await live.leave();
  const { epoch = '' } = entries[1] ?? {};
  const again = following({ after: 2, epoch });
  expect(await again.until(2)).toEqual(entries.slice(2));
  expect(await again.begun()).toEqual({ kind: 'head', position: 2, epoch });
  await again.leave();
});

it('returns which execution is no longer in the lists, once', async () => {
  const id = await submitList(under.store);
  await under.store.append(id, endAppend(id));
  const live = following({ after: 2 });
  await live.begun();
  await under.store.remove(id);
  await new RedisEndedExecutions(under.redis).prune(id);
  const other = await submitList(under.store);
  expect((await live.until(2)).map(({ execution_id, type }) => [execution_id, type])).toEqual([
    [id, 'execution.removed'],
    [other, 'execution.queued'],
  ]);
  await live.leave();
});

it('says where entries were dropped, and which positions are void', async () => {
  for (let i = 0; i < 5; i++) await submitList(under.store);
  await under.redis.xtrim('cc:feed-log', 'MAXLEN', 2);
  const behind = following({ after: 1 });
  await behind.until(2);
  expect(behind.items[1]).toEqual({ kind: 'gap', from: 2, to: 3 });
  const epoch = behind.entries()[0]?.epoch ?? '';
  for (const cursor of [{ after: 9 }, { after: 2, epoch: 'another' }]) {
    const lost = following(cursor);
    expect(await lost.begun()).toEqual({ kind: 'reset', position: 5, epoch });
    await lost.leave();
  }
  // Redis comes back with less.
  await under.redis.hset('cc:feed', 'head', 3);
  expect(await waitFor(() => behind.items.find(({ kind }) => kind === 'reset'))).toMatchObject({
    position: 3,
  });
  await behind.leave();
});
