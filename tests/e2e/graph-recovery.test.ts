import { CONTAINERS, waitFor } from '@cc-executor/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meets, startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest({}, { workers: 2 });
});
afterAll(async () => under.stop());

/** Takes its folder for itself, shows what is there, and waits until it may end. */
const step = (n: number, needs: number[]) => ({
  command: [
    'exec 9> .lock; flock -n 9 || echo overlap',
    `echo ${String(n)} >> file-${String(n)}; ls`,
    meets(`.step-${String(n)}`),
  ].join('\n'),
  needs,
});
const go = async (n: number) => await under.letMeet(`.step-${String(n)}`, 1);

describe('a worker that is lost while several tasks of a list run', () => {
  // Proves: takeover-in-15-s, settled-stays-settled, one-agent-in-a-folder
  it('costs these attempts and nothing else: each continues in its own copy', async () => {
    const tasks = [step(1, []), step(2, [1]), step(3, [1]), step(4, [1]), step(5, [2, 3, 4])];
    const id = await under.submit({ tasks });
    const started = async () =>
      (await under.eventsSoFar(id)).filter(({ type }) => type === 'task.started').map(({ task }) => task);
    for (const n of [1, 2]) await go(n);
    for (const n of [3, 4]) await under.haveMet(`.step-${String(n)}`, 1);
    await waitFor(async () => (await under.status(id)).completed_tasks === 2);
    process.kill(await under.ownerOf(id), 'SIGKILL');
    await waitFor(async () => (await started()).length >= 6, { seconds: 60, what: 'both to start again' });
    expect(new Set((await started()).slice(4))).toEqual(new Set([3, 4]));
    for (const n of [3, 4, 5]) await go(n);
    expect(await under.ended(id)).toMatchObject({ status: 'completed', completed_tasks: 5 });
    const { results } = await under.results(id);
    expect(results.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 2, 1]);
    expect(await started()).toHaveLength(7);
    // What the lost attempt had done is there: the next one works in the same copy.
    expect(await readFile(join(under.workspace(id), 'file-3'), 'utf8')).toBe('3\n3\n');
    expect(results[2]?.stdout).toBe('file-1\nfile-3\n');
    expect(results[4]?.stdout).toBe('file-1\nfile-2\nfile-3\nfile-4\nfile-5\n');
    expect(results.map(({ stdout }) => stdout).join('')).not.toContain('overlap');
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === 'task.interrupted').map(({ task }) => task)).toEqual([3, 4]);
    const { body } = await under.call('GET', `/executions/${id}/verification`);
    expect(body).toMatchObject({ verdict: 'verified' });
  });
});

// In a container it can't.
describe.skipIf(CONTAINERS !== null)('a task that ends its worker, beside another one of its list', () => {
  // Proves: poison-task
  it('is tried again alone, and given up alone', async () => {
    const seen = join(under.folder, 'innocent');
    const innocent = `echo >> ${seen}; [ $(wc -l < ${seen}) -ge 2 ] || sleep 600; sleep 3`;
    const guilty = `until [ -e ${seen} ]; do sleep 0.05; done; kill -9 $PPID; sleep 600`;
    const tasks = [innocent, guilty, 'true'].map((command) => ({ command, needs: [] }));
    const id = await under.submit({ tasks, on_failure: 'continue' });
    expect(await under.ended(id, 180)).toMatchObject({ completed_tasks: 2, failed_tasks: 1 });
    const { results } = await under.results(id);
    expect(results.map(({ outcome }) => outcome)).toEqual(['completed', 'ends_worker', 'completed']);
  });
});
