import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

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

  it('is refused where a need can not be met, and nothing is stored', async () => {
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
