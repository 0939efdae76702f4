import { cancel, submit, type ExecutionStore } from '@cc-executor/executions';
import { endAppend, submitList } from '@cc-executor/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisEndedExecutions } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

let under: StoreUnderTest;
let store: ExecutionStore;
beforeAll(async () => {
  under = await openStore();
  store = under.store;
});
afterAll(async () => under.close());
beforeEach(async () => void (await under.redis.flushall()));

const at = async (workspace: string | undefined, more: { id?: string; lineage?: string[] } = {}) =>
  await submitList(store, { workspace, ...more });
/** True: it may work now, and does from here on. */
const claims = async (id: string) => {
  const claim = await store.claim(id, 'w');
  if (claim.result !== 'claimed')
    expect(claim).toMatchObject({ result: 'refused', reason: 'workspace_taken' });
  return claim.result === 'claimed';
};
/** Ends an execution; gives those that are woken by it. */
const end = async (id: string) => {
  await under.redis.del('cc:outbox');
  await store.append(id, endAppend(id));
  const woken = await under.redis.zrange('cc:outbox', 0, '-1');
  return woken.map((member) => member.split(' ')[1] ?? '').toSorted();
};

describe('executions whose folders overlap', () => {
  // Proves: one-agent-in-a-folder
  it('take turns, in the order of their submission', async () => {
    const [first, second, third] = [await at('shared'), await at('shared'), await at('shared')];
    expect([await claims(second), await claims(first), await claims(third)]).toEqual([false, true, false]);
    expect(await end(first)).toEqual([second]);
    expect([await claims(third), await claims(second)]).toEqual([false, true]);
    expect(await end(second)).toEqual([third]);
    expect(await claims(third)).toBe(true);
    expect(await store.claim(first, 'w')).toEqual({ result: 'refused', reason: 'ended' });
  });

  it('name the one that comes before', async () => {
    const holder = async (id: string) => (await store.readStatus(id))?.waiting_for ?? null;
    const [first, inner, last] = [await at('a'), await at('a/b'), await at('a')];
    const beside = await at('ab');
    expect([await holder(first), await holder(inner), await holder(last)]).toEqual([null, first, first]);
    expect(await holder(beside)).toBeNull();
    await claims(first);
    expect([await holder(first), await holder(inner), await holder(last)]).toEqual([null, first, first]);
    await end(first);
    expect([await holder(inner), await holder(last)]).toEqual([null, inner]);
    await claims(inner);
    await end(inner);
    expect(await holder(last)).toBeNull();
  });

  it.each([
    ['a', 'a/b'],
    ['a/b', 'a'],
    ['a/b/c', 'a'],
    ['a', 'a/b/c'],
  ])('take turns: %s, then %s', async (one, other) => {
    const [first, second] = [await at(one), await at(other)];
    expect([await claims(second), await claims(first), await claims(second)]).toEqual([false, true, false]);
    expect(await end(first)).toEqual([second]);
    expect(await claims(second)).toBe(true);
  });

  it('run beside others, whose names begin alike or that lie beside them', async () => {
    for (const name of ['a', 'ab', 'b/a', 'b/ab', 'c/d', 'c/d2', 'a b'])
      expect(await claims(await at(name))).toBe(true);
  });

  it('wait for everything that they overlap with, and nobody overtakes them', async () => {
    const [one, two, whole, three] = [await at('a/1'), await at('a/2'), await at('a'), await at('a/3')];
    expect([await claims(one), await claims(two), await claims(whole), await claims(three)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(await end(one)).toEqual([]);
    expect(await claims(whole)).toBe(false);
    expect(await end(two)).toEqual([whole]);
    expect([await claims(three), await claims(whole)]).toEqual([false, true]);
    expect(await end(whole)).toEqual([three]);
  });

  it('are all woken that waited for the same one alone', async () => {
    const [whole, one, two, after, three] = [
      await at('a'),
      await at('a/1'),
      await at('a/2'),
      await at('a/1/x'),
      await at('a/3'),
    ];
    expect(await claims(whole)).toBe(true);
    expect(await end(whole)).toEqual([one, two, three].toSorted());
    expect(await end(one)).toEqual([after]);
  });

  it('count with the folders that lists have for themselves, which are named after their ids', async () => {
    const own = await at(undefined, { id: 'own' });
    const [named, inside] = [await at('own'), await at('own/sub')];
    expect([await claims(named), await claims(inside), await claims(own)]).toEqual([false, false, true]);
    expect(await end(own)).toEqual([named]);
  });

  it('keep their turn when their worker is lost, and when they wait or are paused', async () => {
    const [first, second] = [await at('a'), await at('a/b')];
    expect(await claims(first)).toBe(true);
    const [held] = await store.held();
    expect(held && (await store.expire(held))).toBe(true);
    expect([await claims(second), await claims(first)]).toEqual([false, true]);
  });

  it('are no reason for one that is being cancelled to wait', async () => {
    const [first, second] = [await at('a'), await at('a')];
    expect(await claims(first)).toBe(true);
    await under.redis.hset(`cc:execution:${second}`, 'status', 'cancelling');
    expect((await store.claim(second, 'w')).result).toBe('claimed');
  });

  it('leave nothing behind', async () => {
    const ids = [await at('a'), await at('a/b'), await at('c'), await at(undefined)];
    await claims(ids[0] ?? '');
    await cancel({ store, wakeUps: { relay: () => undefined } }, ids[2] ?? '');
    for (const id of ids) await end(id);
    expect(await under.redis.keys('cc:turns-*')).toEqual([]);
  });
});

describe('a list that a task submits', () => {
  const submitted = async (workspace: string, lineage: string[]) => {
    const request = { tasks: [{ command: 'true' }], on_failure: 'stop', workspace } as const;
    const ports = {
      store,
      wakeUps: { relay: () => undefined },
      workspaces: {
        resolve: async (path: string) => ({ path, turn: path }),
        fresh: async (id: string) => id,
      },
      isolation: { usual: 'process', least: 'process', hasLauncher: false, hosts: [] } as const,
      checkAgents: async () => undefined,
      checkCommands: () => undefined,
      checkPrompts: async () => undefined,
    };
    const nesting = { lineage, depth: 5, executions: 50 };
    return await submit(ports, { ...request, tasks: [...request.tasks] }, null, nesting);
  };

  it.each(['a/b', 'a', 'a/b/c'])(
    'is refused where it would wait for its own task: in %s',
    async (workspace) => {
      const outer = await at('a/b');
      const inner = await at('elsewhere', { lineage: [outer] });
      for (const id of [outer, inner]) expect(await claims(id)).toBe(true);
      const refused = submitted(workspace, [outer, inner]);
      await expect(refused).rejects.toMatchObject({
        code: 'OWN_WORKSPACE',
        message: expect.stringContaining(outer),
      });
      await expect(refused).rejects.toThrow(`lineage: ${outer}, ${inner}`);
      await end(outer);
      expect(await submitted(workspace, [outer, inner])).toEqual(expect.any(String));
    },
  );

  it('comes before those that wait for its task: it would wait for them, and they for it', async () => {
    const parent = await at('a/1');
    expect(await claims(parent)).toBe(true);
    const waiting = [await at('a'), await at('b'), await at('b')];
    const [behind] = [await at('a/2')];
    expect(await claims(waiting[1] ?? '')).toBe(true);
    const child = await submitted('a/2', [parent]);
    expect([await claims(waiting[0] ?? ''), await claims(behind), await claims(child)]).toEqual([
      false,
      false,
      true,
    ]);
    const other = await submitted('b', [parent]);
    expect(await claims(other)).toBe(false);
    expect(await end(waiting[1] ?? '')).toEqual([other]);
    const grandchild = await submitted('a/3', [parent, child]);
    expect(await claims(grandchild)).toBe(true);
    expect(await end(grandchild)).toEqual([]);
    expect(await end(child)).toEqual([]);
    expect(await end(parent)).toEqual([waiting[0]]);
  });
});

describe('a folder of one that has ended', () => {
  it('is wanted while somebody else waits to work in it, or in a part of it', async () => {
    const ended = new RedisEndedExecutions(under.redis);
    const own = await at(undefined, { id: 'own' });
    const inside = await at('own/sub');
    await end(own);
    expect(await ended.isWanted('own')).toBe(true);
    await end(inside);
    expect(await ended.isWanted('own')).toBe(false);
  });

  it('is not given to another list as its own while it is wanted', async () => {
    await at('own/sub');
    const record = { tasks: [{ command: 'true' }], on_failure: 'stop', execution_id: 'own' } as const;
    const names: string[] = [];
    const ports = {
      store,
      wakeUps: { relay: () => undefined },
      workspaces: {
        resolve: async (path: string) => ({ path, turn: path }),
        fresh: async (id: string, isTaken = false) => {
          names.push(isTaken ? `${id}-2` : id);
          return names.at(-1) ?? id;
        },
      },
      isolation: { usual: 'process', least: 'process', hasLauncher: false, hosts: [] } as const,
      checkAgents: async () => undefined,
      checkCommands: () => undefined,
      checkPrompts: async () => undefined,
    };
    const id = await submit(ports, { ...record, tasks: [...record.tasks] });
    expect(names).toEqual(['own', 'own-2']);
    expect((await store.read(id))?.record).toMatchObject({ workspace: 'own-2', workspace_path: 'own-2' });
  });
});

describe('executions that an earlier version stored', () => {
  /** As that version had it: a turn by the name, for those that named one, and no place. */
  const older = async (id: string, name: string) => {
    const key = `cc:execution:${id}`;
    const place = await under.redis.hget(key, 'place');
    await under.redis.del(`cc:turns-at:${name}`, `cc:turns-below:${name.split('/')[0] ?? ''}`);
    await under.redis.hdel(key, 'place');
    await under.redis.hset(key, 'turn', name);
    if (name !== '') await under.redis.zadd(`cc:turns:${name}`, Number(place?.slice(1)), id);
  };

  it('take their turns before newer ones, by their folders', async () => {
    const first = await at('x1', { id: 'old-1' });
    await older(first, './shared/');
    const second = await at('x2', { id: 'old-2' });
    await older(second, 'shared/sub');
    const unnamed = await at(undefined, { id: 'unnamed' });
    await under.redis.del('cc:turns-at:unnamed');
    await older(unnamed, '');
    await under.store.placeOlder(async () => null);
    const [newer, beside] = [await at('shared'), await at('unnamed/x')];
    expect([await claims(newer), await claims(beside)]).toEqual([false, false]);
    expect([await claims(second), await claims(first), await claims(unnamed)]).toEqual([false, true, true]);
    expect(await end(first)).toEqual([second]);
    expect(await end(unnamed)).toEqual([beside]);
    expect(await claims(second)).toBe(true);
    expect(await end(second)).toEqual([newer]);
    expect(await under.redis.keys('cc:turns:*')).toEqual([]);
  });

  it('take their turns by the folders that their names lead to', async () => {
    const [first, second] = [await at('x1', { id: 'old-1' }), await at('x2', { id: 'old-2' })];
    await older(first, 'alias');
    await older(second, 'real');
    await under.store.placeOlder(async (name) => (name === 'alias' ? 'real' : null));
    const newer = await at('real/sub');
    expect([await claims(newer), await claims(second), await claims(first)]).toEqual([false, false, true]);
    expect(await end(first)).toEqual([second]);
    expect(await claims(second)).toBe(true);
    await under.store.placeOlder(async () => Promise.reject(new Error('it was done before')));
    expect(await end(second)).toEqual([newer]);
    expect(await under.redis.keys('cc:turns:*')).toEqual([]);
  });

  it('are never kept from working by what is left of others', async () => {
    await under.redis.zadd('cc:turns:shared', 1, 'gone');
    const id = await at('x');
    await older(id, 'shared');
    expect(await claims(id)).toBe(true);
  });
});
