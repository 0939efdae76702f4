import type { HistoryView } from '@cc-executor/contracts';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest({}, { workers: 2 });
});
afterAll(async () => under.stop());

const history = async (id: string) =>
  ((await under.call('GET', `/history?execution_id=${id}`)).body as HistoryView).rows;
const ENDS = /^task\.(completed|failed|timed_out|cancelled|interrupted|retrying)$/;
const endsOf = async (id: string) => (await under.events(id)).filter(({ type }) => ENDS.test(type));
/** What the log says of the attempts that ended, the latest first, beside what the history does. */
async function expectSame(id: string) {
  const ends = (await endsOf(id)).map(({ task, attempt, at, data }) => ({
    task,
    attempt,
    ended_at: at,
    outcome: data['outcome'],
  }));
  const rows = (await history(id)).map(({ task, attempt, ended_at, outcome }) => ({
    task,
    attempt,
    ended_at,
    outcome,
  }));
  expect(rows).toEqual(ends.toReversed());
  return rows;
}

describe('the history', () => {
  it('has a row for each attempt when its execution ends, however it ended', async () => {
    const id = await under.submit({
      on_failure: 'continue',
      tasks: [
        { command: 'true', name: 'first, "quoted"' },
        { command: 'test -e again || { touch again; exit 3; }', retries: 1 },
        { command: 'sleep 600', timeout: 0.2 },
        { command: 'exit 7' },
      ],
    });
    await under.ended(id);
    await expectSame(id);
    const rows = (await history(id)).toReversed();
    expect(rows.map(({ task, attempt, status, exit_code }) => [task, attempt, status, exit_code])).toEqual([
      [1, 1, 'completed', 0],
      [2, 1, 'failed', 3],
      [2, 2, 'completed', 0],
      [3, 1, 'timed_out', null],
      [4, 1, 'failed', 7],
    ]);
    expect(rows[0]).toMatchObject({ description: 'first, "quoted"', agent: 'command', counts: true });
    for (const { started_at, ended_at, duration } of rows) {
      const beside = Date.parse(ended_at) - Date.parse(started_at) - (duration ?? NaN) * 1000;
      // What is done before and after the process is small, also on a busy machine.
      expect(Math.abs(beside)).toBeLessThan(10_000);
    }
  });

  // Proves: history-has-each-attempt
  it('loses no row and has none twice when workers are killed again and again', async () => {
    const id = await under.submit({
      tasks: Array.from({ length: 40 }, () => ({ command: 'sleep 0.02' })),
    });
    const settled = async () => (await under.status(id)).settled_tasks;
    for (const target of [5, 20]) {
      await waitFor(async () => (await settled()) >= target, { what: `task ${String(target)}` });
      for (const [name, pid] of Object.entries(under.stack.pids()))
        if (name.startsWith('worker')) process.kill(pid, 'SIGKILL');
    }
    expect(await under.ended(id, 90)).toMatchObject({ status: 'completed' });
    const rows = await expectSame(id);
    expect(rows.length).toBeGreaterThanOrEqual(40);
    // Each kill takes a takeover, of some ten seconds.
  }, 240_000);

  it('gets the rows that a worker owed it when it died', async () => {
    const id = await under.submit({
      tasks: [{ command: 'true' }, { command: 'echo $PPID > parent; until [ -e go ]; do sleep 0.02; done' }],
    });
    const parent = join(under.workspace(id), 'parent');
    const worker = await waitFor(() => existsSync(parent) && Number(readFileSync(parent, 'utf8')), {
      what: 'task 2',
    });
    await waitFor(async () => (await history(id)).length === 1, { what: 'the row of task 1' });
    await rm(join(under.folder, 'data/history'), { recursive: true, maxRetries: 10 });
    process.kill(worker, 'SIGKILL');
    await waitFor(async () => (await history(id)).length === 2, { what: 'the rows' });
    writeFileSync(join(under.workspace(id), 'go'), '');
    await under.ended(id);
    expect((await expectSame(id)).map(({ outcome }) => outcome)).toEqual([
      'completed',
      'worker_lost',
      'completed',
    ]);
  });
});
