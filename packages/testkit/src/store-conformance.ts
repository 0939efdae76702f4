import { EventEnvelope } from '@cc-executor/contracts';
import type { Append, EventLog, ExecutionStore, Submission } from '@cc-executor/executions';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endAppend, outputAppend, sampleSubmission, submitList } from './sample-executions.ts';

/** A store that the conformance suite may fill. */
export interface StoreUnderConformance {
  store: ExecutionStore;
  /** The same store through its own connection, as another process has it. */
  other: ExecutionStore;
  log: EventLog;
  /** Returns whether a worker has been requested for an execution since the last call. */
  wasRequested: (id: string) => Promise<boolean>;
  close: () => Promise<void>;
}

/**
 * Registers the tests that every store of executions has to pass, with what it owes its callers and nothing of how it
 * is made. `open`: returns an empty store; it is called once for each group of tests.
 */
export function describeStore(name: string, open: () => Promise<StoreUnderConformance>): void {
  describe(`${name}, as a store of executions`, () => {
    let under: StoreUnderConformance;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(async () => await under.close());
    const seqs = async (id: string) => (await under.log.page(id, 0, 10_000)).map(({ seq }) => seq);
    const claimed = async (id: string, owner = 'one') => {
      const claim = await under.store.claim(id, owner);
      if (claim.result !== 'claimed') throw new Error(`${id} was not claimed: ${claim.reason}`);
      return claim;
    };

    describe('a submission', () => {
      // Proves: acknowledged-is-durable
      it('stores record, state, index and first event together, and requests a worker', async () => {
        const id = await submitList(under.store, { tasks: 2 });
        const shown = { status: 'queued', head: 1, summary: { total_tasks: 2 } };
        expect(await under.store.readStatus(id)).toMatchObject(shown);
        const { state } = (await under.other.read(id)) ?? {};
        expect(state?.tasks.map(({ status }) => status)).toEqual(['pending', 'pending']);
        expect(await under.wasRequested(id)).toBe(true);
        expect(await seqs(id)).toEqual([1]);
        const { executions } = await under.other.list({ status: 'queued', limit: 1, cursor: null });
        expect(executions).toMatchObject([{ execution_id: id }]);
      });

      it('of an id that is in use changes nothing', async () => {
        const id = await submitList(under.store, { tasks: 1 });
        await submitList(under.store, { id, tasks: 3 });
        expect((await under.store.read(id))?.record.tasks).toHaveLength(1);
        expect(await seqs(id)).toEqual([1]);
      });

      it('of an id that differs from one in use in case alone is refused, as their folders may be the same', async () => {
        const id = await submitList(under.store, { id: 'Night-of-One' });
        const alike = sampleSubmission({ id: 'night-of-one' });
        expect(await under.other.submit(alike)).toEqual({ result: 'in_use', executionId: id });
        expect(await under.store.readStatus('night-of-one')).toBeNull();
        const small = await submitList(under.store, { id: 'night-of-two' });
        const large = sampleSubmission({ id: 'Night-of-Two' });
        expect(await under.other.submit(large)).toEqual({ result: 'in_use', executionId: small });
        expect(await under.store.readStatus('Night-of-Two')).toBeNull();
      });

      it('with a key is stored once, and refused when the key has another body', async () => {
        const first = keyed('k', 'body');
        expect(await under.other.submit(first)).toEqual({ result: 'stored', executionId: idOf(first) });
        const again = keyed('k', 'body');
        expect(await under.store.submit(again)).toEqual({ result: 'repeated', executionId: idOf(first) });
        const known = { fingerprint: 'body', executionId: idOf(first) };
        expect(await under.store.readKey('k')).toEqual(known);
        expect(await under.store.readKey('another')).toBeNull();
        const other = keyed('k', 'another');
        expect(await under.store.submit(other)).toEqual({ result: 'key_reused' });
        expect(await under.store.read(idOf(again))).toBeNull();
        expect(await under.store.read(idOf(other))).toBeNull();
      });

      it('for a branch that another list works on is refused until that has ended', async () => {
        const first = forBranch('/app', 'tonight');
        expect(await under.store.submit(first)).toMatchObject({ result: 'stored' });
        const second = forBranch('/app', 'tonight');
        const taken = { result: 'branch_taken', executionId: idOf(first) };
        expect(await under.other.submit(second)).toEqual(taken);
        expect(await under.store.read(idOf(second))).toBeNull();
        expect(await under.store.submit(forBranch('/app', 'other'))).toMatchObject({ result: 'stored' });
        expect(await under.store.submit(forBranch('/elsewhere', 'tonight'))).toMatchObject({
          result: 'stored',
        });
        expect(await under.store.submit(forBranch('/app', 'tonight', 'none'))).toMatchObject({
          result: 'stored',
        });
        expect(await under.store.append(idOf(first), endAppend(idOf(first)))).toMatchObject({
          result: 'stored',
        });
        expect(await under.store.submit(second)).toMatchObject({ result: 'stored' });
      });
    });

    describe('the log', () => {
      // Proves: numbered-log
      it('is numbered without gap or duplicate, also with several writers', async () => {
        const id = await submitList(under.store);
        await Promise.all(
          Array.from({ length: 400 }, (_, i) =>
            (i % 2 ? under.store : under.other).append(id, outputAppend(id, String(i))),
          ),
        );
        expect(await seqs(id)).toEqual(upTo(401));
      });

      it('holds whole envelopes, and gives the pages that are asked for', async () => {
        const id = await submitList(under.store);
        const text = 'a "quoted" \\ line\n é';
        await under.store.append(id, outputAppend(id, text));
        const events = (await under.log.page(id, 0, 10)).map(({ json }) =>
          EventEnvelope.parse(JSON.parse(json)),
        );
        expect(events[1]).toMatchObject({ seq: 2, execution_id: id, task: 1, data: { data: text } });
        expect(new Set(events.map(({ epoch }) => epoch)).size).toBe(1);
        expect((await under.log.page(id, 1, 10)).map(({ seq }) => seq)).toEqual([2]);
        expect((await under.log.page(id, 0, 1)).map(({ seq }) => seq)).toEqual([1]);
        expect(await under.log.page(id, 2, 10)).toEqual([]);
        expect(await under.log.head(id)).toMatchObject({ head: 2, status: 'queued' });
        expect(await under.log.head('no-such-id')).toBeNull();
      });
    });

    describe('an owner', () => {
      it('is one at a time', async () => {
        const id = await submitList(under.store);
        const claims = await Promise.all(
          upTo(20).map((n) => (n % 2 ? under.store : under.other).claim(id, `worker-${String(n)}`)),
        );
        expect(claims.filter(({ result }) => result === 'claimed')).toHaveLength(1);
        expect(claims.find(({ result }) => result === 'refused')).toEqual({
          result: 'refused',
          reason: 'held',
        });
      });

      // Proves: append-once
      it('stores an append once, however often it is sent and whatever others store meanwhile', async () => {
        const id = await submitList(under.store);
        const { token } = await claimed(id);
        const first = outputAppend(id, 'a', { token, counter: 1 });
        const second = outputAppend(id, 'b', { token, counter: 2 });
        expect(await under.store.append(id, first)).toEqual({ result: 'stored', head: 2 });
        expect(await under.store.append(id, second)).toEqual({ result: 'stored', head: 3 });
        expect(await under.other.append(id, outputAppend(id, 'of another'))).toEqual({
          result: 'stored',
          head: 4,
        });
        expect(await under.store.append(id, second)).toEqual({ result: 'stored', head: 3 });
        expect(await seqs(id)).toEqual([1, 2, 3, 4]);
      });

      it('of a generation from the past is refused, and so is one that gave it back', async () => {
        const id = await submitList(under.store);
        const { generation, token } = await claimed(id);
        const forged = { token: `${String(generation)}-other`, counter: 1 };
        expect(await under.store.append(id, outputAppend(id, 'x', forged))).toEqual({ result: 'stale' });
        const bye = { ...outputAppend(id, 'bye', { token, counter: 1 }), release: true };
        await under.store.append(id, bye);
        const late = outputAppend(id, 'late', { token, counter: 2 });
        expect(await under.store.append(id, late)).toEqual({ result: 'stale' });
        const again = await claimed(id, 'two');
        expect(again.generation).toBe(generation + 1);
        expect(await under.store.append(id, late)).toEqual({ result: 'stale' });
        expect(await under.store.heartbeat([{ executionId: id, token }])).toEqual(['stale']);
        expect(await under.store.heartbeat([{ executionId: id, token: again.token }])).toEqual(['queued']);
      });

      it('that gives it back requests another worker', async () => {
        const id = await submitList(under.store);
        const { token } = await claimed(id);
        await under.wasRequested(id);
        const bye = { ...outputAppend(id, 'bye', { token, counter: 1 }), release: true };
        await under.store.append(id, bye);
        expect(await under.wasRequested(id)).toBe(true);
      });

      it('that gives no sign of life is followed by another one, which knows it', async () => {
        const id = await submitList(under.store);
        const { token } = await claimed(id, 'lost');
        const heldOf = async () => (await under.other.held()).find(({ executionId }) => executionId === id);
        const before = await heldOf();
        if (!before) throw new Error('it is not held');
        await under.store.heartbeat([{ executionId: id, token }]);
        expect(await under.other.expire(before)).toBe(false);
        const now = await heldOf();
        expect(now).toMatchObject({ owner: 'lost', generation: before.generation });
        await under.wasRequested(id);
        expect(now && (await under.other.expire(now))).toBe(true);
        expect(await under.wasRequested(id)).toBe(true);
        expect(await heldOf()).toBeUndefined();
        const late = outputAppend(id, 'late', { token, counter: 1 });
        expect(await under.store.append(id, late)).toEqual({ result: 'stale' });
        expect((await claimed(id, 'next')).generation).toBe(before.generation + 1);
      });

      it('cannot do what the state forbids, and nothing of it is stored', async () => {
        const id = await submitList(under.store);
        const { token } = await claimed(id);
        const append: Append = { ...outputAppend(id, 'x', { token, counter: 1 }), from: ['running'] };
        expect(await under.store.append(id, append)).toEqual({ result: 'illegal', status: 'queued' });
        expect(await seqs(id)).toEqual([1]);
        expect(await under.store.append('no-such-id', append)).toEqual({ result: 'missing' });
      });
    });

    describe('the folder of two executions', () => {
      it("is the first one's until it ends, and then requests a worker for the second", async () => {
        const workspace = `shared-${randomUUID()}`;
        const first = await submitList(under.store, { workspace });
        const second = await submitList(under.store, { workspace });
        const refused = { result: 'refused', reason: 'workspace_taken' };
        expect(await under.store.claim(second, 'early')).toEqual(refused);
        const { token } = await claimed(first);
        expect(await under.store.claim(second, 'early')).toEqual(refused);
        await under.wasRequested(second);
        await under.store.append(first, { ...endAppend(first, { token, counter: 1 }), release: true });
        expect(await under.wasRequested(second)).toBe(true);
        expect(await under.store.claim(second, 'late')).toMatchObject({ result: 'claimed' });
      });
    });

    describe('an ended execution', () => {
      it('has no owner and is in the list of its status; only then it can be removed', async () => {
        const id = await submitList(under.store);
        expect(await under.store.remove(id)).toBe('queued');
        const { token } = await claimed(id);
        await under.store.append(id, { ...endAppend(id, { token, counter: 1 }), release: true });
        expect(await under.store.claim(id, 'late')).toEqual({ result: 'refused', reason: 'ended' });
        const ids = async (status: 'completed' | 'queued' | null) =>
          (await under.store.list({ status, limit: 100, cursor: null })).executions.map(
            ({ execution_id }) => execution_id,
          );
        expect(await ids('completed')).toContain(id);
        expect(await ids('queued')).not.toContain(id);
        expect(await under.other.remove(id)).toBe('completed');
        expect(await ids(null)).not.toContain(id);
        expect(await under.store.remove('no-such-id')).toBeNull();
      });
    });
  });

  describe(`${name}, as a list of executions`, () => {
    it('is paged newest first, each once, also where times are equal', async () => {
      const { store, close } = await open();
      const at = (n: number) => new Date(1_700_000_000_000 + Math.floor(n / 4));
      const idAt = (n: number) => `e${String(n).padStart(2, '0')}`;
      for (const n of upTo(25)) await submitList(store, { id: idAt(n), at: at(n) });
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<ExecutionStore['list']>> = await store.list({
          status: null,
          limit: 3,
          cursor,
        });
        seen.push(...page.executions.map(({ execution_id }) => execution_id));
        cursor = page.nextCursor;
      } while (cursor);
      expect(seen).toEqual(upTo(25).toReversed().map(idAt));
      const none = await store.list({ status: 'running', limit: 3, cursor: null });
      expect(none).toEqual({ executions: [], nextCursor: null });
      const nonsense = store.list({ status: null, limit: 3, cursor: 'nonsense' });
      await expect(nonsense).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      await close();
    });

    it('has those that match, by title and time', async () => {
      const { store, close } = await open();
      const day = (n: number) => new Date(`2026-01-0${String(n)}T12:00:00Z`);
      for (const n of upTo(3))
        await submitList(store, { id: `of-${String(n)}`, title: `Night ${String(n)}`, at: day(n) });
      const found = async (query: Partial<Parameters<ExecutionStore['list']>[0]>) =>
        (await store.list({ status: null, limit: 10, cursor: null, ...query })).executions.map(
          ({ execution_id }) => execution_id,
        );
      expect(await found({ q: 'night 2' })).toEqual(['of-2']);
      expect(await found({ from: day(2) })).toEqual(['of-3', 'of-2']);
      expect(await found({ to: day(2) })).toEqual(['of-1']);
      await close();
    });
  });
}

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
const keyed = (key: string, fingerprint: string): Submission => ({
  ...sampleSubmission(),
  idempotency: { key, fingerprint },
});
const forBranch = (path: string, branch: string, deliver: 'branch' | 'none' = 'branch'): Submission => {
  const made = sampleSubmission();
  const repository = { path, url: null, ref: null, commit: null, commits: 'per_task', include: [] } as const;
  return { ...made, record: { ...made.record, repository: { ...repository, include: [], branch, deliver } } };
};
const idOf = ({ record }: Submission) => record.execution_id;
