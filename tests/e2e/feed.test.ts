import { CcExecutor, type FollowedFeed } from '@cc-executor/sdk';
import { waitFor } from '@cc-executor/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => {
  await under.stop();
});

type Entry = Extract<FollowedFeed, { seq: unknown }>;
const isEntry = (item: { type?: string }): item is Entry =>
  item.type !== undefined && /^(execution|task)[.]/.test(item.type);

// Proves: feed-of-all-lists
it('has each change of state once, in the order of each log, through the end of the API', async () => {
  const client = new CcExecutor({ url: under.stack.apiUrl });
  const leaving = new AbortController();
  const seen: FollowedFeed[] = [];
  const following = (async () => {
    for await (const item of client.feed({ signal: leaving.signal })) seen.push(item);
  })().catch(() => undefined);
  await waitFor(() => seen.length > 0, { what: 'the head of the feed' });
  const submit = async (id: string) =>
    await under.submit({
      execution_id: id,
      on_failure: 'continue',
      tasks: [{ command: 'until [ -e stop ]; do sleep 0.1; done' }, { command: 'exit 3' }],
    });
  const ids = [await submit('one'), await submit('two')];
  const entries = () => seen.filter(isEntry);
  await waitFor(() => entries().filter(({ type }) => type === 'task.started').length === 2, {
    what: 'both lists to start',
  });
  process.kill(under.stack.pids()['api'] ?? 0, 'SIGKILL');
  for (const id of ids) await under.put(id, 'stop');
  await waitFor(() => entries().filter(({ type }) => type === 'execution.failed').length === 2, {
    what: 'the ends of both',
  });
  expect(entries().map(({ position }) => position)).toEqual(entries().map((_, index) => index + 1));
  for (const id of ids) {
    const own = entries().filter(({ execution_id }) => execution_id === id);
    const told = (await under.events(id)).filter(({ type }) =>
      /^execution[.]|^task[.](started|completed|failed)$/.test(type),
    );
    expect(own.map(({ seq, type, task }) => [seq, type, task])).toEqual(
      told.map(({ seq, type, task }) => [seq, type, task]),
    );
    expect(own.at(-1)?.status).toBe('failed');
  }
  leaving.abort();
  await following;
});

// Proves: feed-of-all-lists
it('comes on a socket as well, from a position', async () => {
  const frames: Record<string, unknown>[] = [];
  const socket = new WebSocket(`${under.stack.wsUrl}/feed?after=2`);
  socket.addEventListener('message', ({ data }) =>
    frames.push(JSON.parse(String(data)) as Record<string, unknown>),
  );
  await waitFor(() => frames.length > 4, { what: 'frames' });
  expect(frames[0]).toMatchObject({ type: 'head', position: 2 });
  expect(frames.slice(1, 4).map(({ position }) => position)).toEqual([3, 4, 5]);
  socket.close();
});

it('refuses a position that is none', async () => {
  const answer = await under.call('GET', '/feed?after=-1');
  expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
});
