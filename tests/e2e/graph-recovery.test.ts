import { waitFor } from '@cc-executor/testkit';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest({}, { workers: 2 });
});
afterAll(async () => under.stop());

const place = (...names: string[]) => join(under.folder, ...names);
const text = async (...names: string[]) => await readFile(place(...names), 'utf8').catch(() => '');
const linesOf = async (...names: string[]) => (await text(...names)).split('\n').filter(Boolean);

/** Says that it ran, by whose child and where, takes its folder for itself, and waits until it may end. */
const step = (id: string, n: number, needs: number[]) => ({
  command: [
    `echo ${String(n)} >> ${place(id, 'ran')}; echo $PPID >> ${place(id, 'parents')}`,
    `exec 9> .lock; flock -n 9 || echo overlap >> ${place(id, 'ran')}`,
    `echo ${String(n)} >> file-${String(n)}; ls | grep -v lock >> ${place(id, `seen-${String(n)}`)}`,
    `until [ -e ${place(id, `go-${String(n)}`)} ]; do sleep 0.02; done`,
  ].join('\n'),
  needs,
});
const go = async (id: string, n: number) => await writeFile(place(id, `go-${String(n)}`), '');

describe('a worker that is lost while several tasks of a list run', () => {
  // Proves: takeover-in-15-s, settled-stays-settled, one-agent-in-a-folder
  it('costs these attempts and nothing else: each continues in its own copy', async () => {
    const id = 'graph-lost';
    await mkdir(place(id));
    const tasks = [
      step(id, 1, []),
      step(id, 2, [1]),
      step(id, 3, [1]),
      step(id, 4, [1]),
      step(id, 5, [2, 3, 4]),
    ];
    await under.submit({ execution_id: id, tasks });
    await go(id, 1);
    await waitFor(async () => (await linesOf(id, 'parents')).length >= 4);
    await go(id, 2);
    await waitFor(async () => (await under.status(id)).completed_tasks === 2);
    const owner = Number((await linesOf(id, 'parents')).at(-1));
    expect(Object.values(under.stack.pids())).toContain(owner);
    process.kill(owner, 'SIGKILL');
    await waitFor(async () => (await linesOf(id, 'ran')).length >= 6);
    expect((await linesOf(id, 'ran')).slice(4).toSorted()).toEqual(['3', '4']);
    for (const n of [3, 4, 5]) await go(id, n);
    expect(await under.ended(id)).toMatchObject({ status: 'completed', completed_tasks: 5 });
    const { results } = await under.results(id);
    expect(results.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 2, 1]);
    expect(await linesOf(id, 'ran')).toHaveLength(7);
    // What the lost attempt had done is there: the next one works in the same copy.
    expect(await readFile(join(under.workspace(id), 'file-3'), 'utf8')).toBe('3\n3\n');
    expect(await linesOf(id, 'seen-5')).toEqual(['file-1', 'file-2', 'file-3', 'file-4', 'file-5']);
    expect(await linesOf(id, 'seen-3')).toEqual(['file-1', 'file-3', 'file-1', 'file-3']);
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === 'task.interrupted').map(({ task }) => task)).toEqual([3, 4]);
    const { body } = await under.call('GET', `/executions/${id}/verification`);
    expect(body).toMatchObject({ verdict: 'verified' });
  });
});

describe('a task that ends its worker, beside another one of its list', () => {
  // Proves: poison-task
  it('is tried again alone, and given up alone', async () => {
    const seen = place('innocent');
    const innocent = `echo >> ${seen}; [ $(wc -l < ${seen}) -ge 2 ] || sleep 600; sleep 3`;
    const guilty = `until [ -e ${seen} ]; do sleep 0.05; done; kill -9 $PPID; sleep 600`;
    const tasks = [innocent, guilty, 'true'].map((command) => ({ command, needs: [] }));
    const id = await under.submit({ tasks, on_failure: 'continue' });
    expect(await under.ended(id, 180)).toMatchObject({ completed_tasks: 2, failed_tasks: 1 });
    const { results } = await under.results(id);
    expect(results.map(({ outcome }) => outcome)).toEqual(['completed', 'ends_worker', 'completed']);
  });
});
