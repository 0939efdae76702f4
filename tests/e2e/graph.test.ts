import type { Receipt } from '@cc-executor/contracts';
import { CONTAINERS, waitFor } from '@cc-executor/testkit';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meets, startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => under.stop());

const statuses = async (id: string) => (await under.results(id)).results.map(({ status }) => status);

describe('a list whose tasks say what they need', () => {
  it('skips only what needs a failed task, and cleans up', async () => {
    const id = await under.submit({
      on_failure: 'skip_dependents',
      tasks: [
        { name: 'build', command: 'true' },
        { name: 'test', command: 'exit 1', needs: ['build'] },
        { command: 'echo documented', needs: [1] },
        { command: 'true', needs: ['test', 3] },
        { command: 'echo clean', needs: [4], when: 'always' },
        { command: 'true', needs: ['build'], when: 'failure' },
      ],
    });
    expect(await under.ended(id)).toMatchObject({ status: 'failed', skipped_tasks: 2 });
    expect(await statuses(id)).toEqual([
      'completed',
      'failed',
      'completed',
      'skipped',
      'completed',
      'skipped',
    ]);
    const skipped = (await under.events(id)).filter(({ type }) => type === 'task.skipped');
    expect(skipped.map(({ task, data }) => [task, data])).toEqual([
      [6, { reason: 'not_needed' }],
      [4, { reason: 'task_failed' }],
    ]);
  });

  it('repairs after a failure although the list stops, and completes where nothing was to be repaired', async () => {
    const tasks = [{ command: 'test -e repaired' }, { command: 'touch repaired', when: 'failure' as const }];
    const broken = await under.submit({ tasks });
    expect(await under.ended(broken)).toMatchObject({
      status: 'failed',
      progress: '1/2 tasks completed, 1 failed',
    });
    const whole = await under.submit({
      tasks: [{ command: 'true' }, ...tasks.slice(1), { command: 'true' }],
    });
    expect(await under.ended(whole)).toMatchObject({ status: 'completed', skipped_tasks: 1 });
    expect(await statuses(whole)).toEqual(['completed', 'skipped', 'completed']);
  });

  it('is refused where a need cannot be met, and nothing is stored', async () => {
    const body = { tasks: ['a', { command: 'true', needs: [2, 3, 'b'] }] };
    expect(await under.call('POST', '/execute', body)).toMatchObject({
      status: 400,
      body: {
        errors: [
          { path: 'tasks[1].needs[0]', message: 'is this task itself' },
          { path: 'tasks[1].needs[1]', message: 'there is no task 3' },
          { path: 'tasks[1].needs[2]', message: 'there is no task with the name "b"' },
        ],
      },
    });
  });
});

/** A command that prints where it is, and goes on once the others are under way too: each sees the same folder. */
function meeting(id: string, own: string, others: readonly string[], then: string): string {
  const folder = join(under.folder, id);
  const waits = others.map((other) => `until test -e ${folder}/${other}; do sleep 0.02; done`);
  return [`mkdir -p ${folder}`, `touch ${folder}/${own}`, 'pwd', ...waits, then].join('; ');
}

describe('tasks that do not need one another', () => {
  // Proves: parallel-in-copies, verified-means-intact
  it('run at the same time in copies of their own, and what follows begins with the work of all', async () => {
    const id = await under.submit({
      tasks: [
        { command: 'seq 20 > shared; mkdir .git; echo own > .git/own; pwd' },
        {
          command: `pwd; ${meets('m1')}; echo left > left; sed -i s/^3$/three/ shared`,
          needs: [1],
        },
        {
          command: `pwd; ${meets('m1')}; echo right > right; sed -i s/^18$/x/ shared; cat .git/own >&2`,
          needs: [1],
        },
        { command: 'pwd; cat left right; grep -e three -e x shared', needs: [2, 3] },
      ],
    });
    await under.letMeet('m1', 2);
    expect(await under.ended(id, 120)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(id);
    const [first, left, right, last] = results.map(({ stdout }) => stdout);
    expect(last).toBe(`${first ?? ''}left\nright\nthree\nx\n`);
    expect(new Set([first, left, right]).size).toBe(3);
    expect(results[2]?.stderr).toBe('own\n');
    expect(await readFile(join(under.workspace(id), 'left'), 'utf8')).toBe('left\n');
    for (const copy of [left, right]) expect(existsSync((copy ?? '').trim())).toBe(false);
    const events = await under.events(id);
    const ends = events.filter(({ type }) => type === 'task.completed');
    expect(events.findIndex(({ task, type }) => task === 3 && type === 'task.started')).toBeLessThan(
      events.indexOf(ends[1] as never),
    );
    expect((await under.call('GET', `/executions/${id}/verification`)).body).toMatchObject({
      verdict: 'verified',
    });
    // A receipt names the work that it began with, by the receipts that the next one rests on.
    const receipts = await Promise.all(
      [1, 2, 3, 4].map(
        async (task) =>
          (await under.call('GET', `/executions/${id}/tasks/${String(task)}/receipt`)).body as Receipt,
      ),
    );
    const hashes = new Map(ends.map(({ task, data }) => [task, (data as { receipt: unknown }).receipt]));
    expect(receipts.map(({ begins_with }) => begins_with)).toEqual(
      [[], [1], [1], [1, 2, 3]].map((tasks) => tasks.map((task) => ({ task, receipt: hashes.get(task) }))),
    );
  });

  it('leave their work to the workspace where nothing follows, and conflict at what both have changed', async () => {
    const clean = await under.submit({
      tasks: [
        { command: `${meets('m0')}; echo a > a; echo $CC_EXECUTOR_PORT_BASE`, needs: [] },
        { command: `${meets('m0')}; echo b > b; echo $CC_EXECUTOR_PORT_BASE`, needs: [] },
      ],
    });
    await under.letMeet('m0', 2);
    expect(await under.ended(clean)).toMatchObject({ status: 'completed' });
    expect(await readFile(join(under.workspace(clean), 'b'), 'utf8')).toBe('b\n');
    expect(await readFile(join(under.workspace(clean), 'a'), 'utf8')).toBe('a\n');
    const ports = (await under.results(clean)).results.map(({ stdout }) => stdout.trim());
    expect(new Set(ports)).toEqual(new Set(['20000', '20100']));
    const tasks = [
      { command: 'echo a > same', needs: [] },
      { command: 'echo b > same', needs: [] },
    ];
    const paths = async (query: string) => {
      const { body } = await under.call('GET', `/executions/${clean}/${query}`);
      return (body as { files: { path?: string; name?: string }[] }).files.map((one) => one.path ?? one.name);
    };
    expect(await paths('changes')).toEqual(['a', 'b']);
    expect(await paths('files?at=now')).toEqual(['a', 'b']);
    expect(await paths('changes?against=previous')).toHaveLength(1);
    const half = await under.submit({
      tasks: [
        { command: 'echo a > a', needs: [] },
        { command: 'echo b > b; exit 1', needs: [] },
      ],
      on_failure: 'continue',
    });
    expect(await under.ended(half)).toMatchObject({ status: 'failed', completed_tasks: 1 });
    const left = (await under.call('GET', `/executions/${half}/changes`)).body;
    expect(left).toMatchObject({ totals: { files: 1 }, files: [{ path: 'a' }] });
    const torn = await under.submit({ tasks });
    const end = await under.ended(torn);
    expect(end).toMatchObject({ status: 'failed', completed_tasks: 2, warned_tasks: 1 });
    expect(end.reason).toContain('both changed "same"');
    const joined = await under.submit({ tasks: [...tasks, { command: 'true', needs: [1, 2] }] });
    expect(await under.ended(joined)).toMatchObject({ status: 'failed', completed_tasks: 2 });
    const { results } = await under.results(joined);
    expect(results[2]).toMatchObject({ status: 'failed', outcome: 'merge_conflict' });
    for (const task of [1, 2])
      expect(
        (await under.call('GET', `/executions/${joined}/tasks/${String(task)}/changes`)).body,
      ).toMatchObject({
        files: [{ path: 'same', change: 'added' }],
      });
    // What could not be joined runs again, on top of the rest.
    for (const whole of [torn, joined]) {
      const again = await under.call('POST', `/executions/${whole}/rerun`, { from: 'failed' });
      const { execution_id: id } = again.body as { execution_id: string };
      expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    }
    expect(await under.call('POST', `/executions/${joined}/rerun`, { from: 3 })).toMatchObject({
      status: 400,
      body: {
        errors: [{ message: expect.stringMatching(/work of task [12] before it could not be joined/) }],
      },
    });
    const kept = await under.call('POST', `/executions/${torn}/rerun`, {
      from: 'failed',
      workspace: 'keep',
    });
    expect(kept).toMatchObject({
      status: 400,
      body: {
        errors: [{ message: expect.stringMatching(/have completed \(it failed: .*both changed "same"/) }],
      },
    });
  });

  it('begin with the join of some, where others are not needed', async () => {
    const id = await under.submit({
      on_failure: 'skip_dependents',
      tasks: [
        { command: 'echo 1 > one', needs: [] },
        { command: 'echo 2 > two', needs: [] },
        { command: 'echo 3 > three; exit 1', needs: [] },
        { command: 'ls; echo 4 > four', needs: [1, 2] },
        { command: 'ls', needs: [4] },
        { command: 'ls', needs: [3], when: 'failure' },
      ],
    });
    expect(await under.ended(id, 120)).toMatchObject({ status: 'failed', completed_tasks: 5 });
    const { results } = await under.results(id);
    expect(results.slice(3).map(({ stdout }) => stdout.split('\n').filter(Boolean))).toEqual([
      ['one', 'two'],
      ['four', 'one', 'two'],
      ['three'],
    ]);
  });

  it('are no more than the list allows', async () => {
    const id = await under.submit({
      max_parallel: 2,
      tasks: Array.from({ length: 8 }, () => ({ command: 'sleep 0.2', needs: [] })),
    });
    expect(await under.ended(id, 120)).toMatchObject({ status: 'completed' });
    let [running, most] = [0, 0];
    for (const { type } of await under.events(id)) {
      if (type === 'task.started') most = Math.max(most, (running += 1));
      if (type === 'task.completed') running -= 1;
    }
    expect(most).toBe(2);
  });

  // In a container they only read: tests/docker/sandbox.test.ts has what follows from that.
  it.skipIf(CONTAINERS !== null)(
    'work in the workspace itself where they are shared, with what is done, and nothing is added beneath them',
    async () => {
      const shared = true;
      const id = await under.submit({
        tasks: [
          { command: 'echo a > a; pwd' },
          { command: meeting('m3', 'left', ['right'], 'cat a; ls'), needs: [1], shared },
          { command: meeting('m3', 'right', ['left', 'made'], 'ls; test ! -e made'), needs: [1], shared },
          { command: meeting('m3', 'made', ['left'], 'echo made > made'), needs: [1] },
          { command: 'pwd; ls', needs: [4], shared },
          { command: 'pwd; ls; echo x > written', needs: [2, 3, 4, 5], shared },
        ],
      });
      expect(await under.ended(id, 120)).toMatchObject({ status: 'completed', warned_tasks: 0 });
      const { results } = await under.results(id);
      const [first, left, right, made, fifth, last] = results.map(({ stdout }) => stdout.split('\n'));
      const main = first?.[0] ?? '';
      expect([left?.[0], right?.[0], fifth?.[0], last?.[0]]).toEqual([main, main, main, main]);
      expect(made?.[0]).not.toBe(main);
      expect(right?.slice(1)).toEqual(['a', '']);
      expect(fifth?.slice(1)).toEqual(['a', 'made', '']);
      const started = (await under.events(id)).filter(({ type }) => type === 'task.started');
      const places = started.map(
        ({ task, data }) => [task, (data as { in_copy?: boolean }).in_copy] as const,
      );
      expect(Object.fromEntries(places)).toEqual({
        1: false,
        2: false,
        3: false,
        4: true,
        5: false,
        6: false,
      });
      const paths = async (query: string) =>
        (
          (await under.call('GET', `/executions/${id}/${query}`)).body as {
            files: { path?: string; name?: string }[];
          }
        ).files.map((one) => one.path ?? one.name);
      expect(await paths('changes')).toEqual(['a', 'made', 'written']);
      expect(await paths('files?at=now')).toEqual(['a', 'made', 'written']);
      expect((await under.call('GET', `/executions/${id}/verification`)).body).toMatchObject({
        verdict: 'verified',
      });
    },
  );

  it.skipIf(CONTAINERS !== null)('are named where they are shared, and have written', async () => {
    const id = await under.submit({
      tasks: [
        { command: 'echo 1 > one', needs: [], shared: true },
        { command: 'true', needs: [] },
        { command: 'cat one', needs: [1] },
      ],
    });
    expect(await under.ended(id, 120)).toMatchObject({ status: 'completed', warned_tasks: 1 });
    const { results } = await under.results(id);
    expect(results[0]?.warnings).toMatchObject([
      {
        code: 'shared_changed',
        message: expect.stringMatching(/1 file of the workspace changed, such as "one"/),
      },
    ]);
    expect(results[2]?.stdout).toBe('1\n');
  });

  it('are all ended by a cancel, and their copies are gone', async () => {
    const tasks = [1, 2, 3].map((n) => ({
      command: meeting('m2', String(n), ['1', '2', '3'], 'touch all; sleep 600'),
      needs: [],
    }));
    const id = await under.submit({ tasks: [...tasks, { command: 'true', needs: [1], when: 'always' }] });
    const running = await waitFor(
      async () => {
        const now = await under.status(id);
        return now.running_tasks.length === 3 ? now.running_tasks : null;
      },
      { seconds: 60 },
    );
    expect(running.map((text) => text.slice(0, 7))).toEqual(['Task 1:', 'Task 2:', 'Task 3:']);
    await under.call('POST', `/executions/${id}/cancel`);
    expect(await under.ended(id)).toMatchObject({ status: 'cancelled', cancelled_tasks: 4 });
    expect((await under.status(id)).running_tasks).toEqual([]);
  });
});

describe('the graph of a list', () => {
  it('has what its tasks need, where they stand, and is drawn', async () => {
    const id = await under.submit({
      tasks: [
        { name: 'a "quoted" one', command: 'sleep 0.3' },
        { command: 'true', needs: [1] },
        { command: 'sleep 0.6', needs: [1] },
        { command: 'exit 1', needs: [1, 2, 3] },
        { command: 'true', needs: [4] },
      ],
    });
    await under.ended(id);
    expect((await under.call('GET', `/executions/${id}/graph`)).body).toMatchObject({
      nodes: [
        { task_number: 1, status: 'completed', in_copy: false },
        { task_number: 2, status: 'completed', in_copy: true },
        { task_number: 3, in_copy: true },
        { task_number: 4, status: 'failed', in_copy: false },
        { task_number: 5, status: 'skipped', seconds: null },
      ],
      edges: [
        { from: 1, to: 2 },
        { from: 1, to: 3 },
        { from: 2, to: 4 },
        { from: 3, to: 4 },
        { from: 4, to: 5 },
      ],
      critical_path: [1, 3, 4],
    });
    const drawn = await (await fetch(`${under.stack.apiUrl}/executions/${id}/graph?format=mermaid`)).text();
    expect(drawn).toContain('t1["1. a #34;quoted#34; one"]:::completed');
    expect(drawn).toContain('t3 ==> t4');
  });
});
