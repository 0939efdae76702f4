import { ExecuteRequest } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { makeRecord, nextSteps, submissionOf, titleOf } from '../src/index.ts';

const recordOf = (tasks: unknown[], more = {}) =>
  makeRecord(ExecuteRequest.parse({ tasks, ...more }), 'it', new Date());
const states = (...given: string[]) =>
  given.map((status) =>
    status === 'not_needed'
      ? { status: 'skipped' as const, not_needed: true }
      : { status: status as 'completed' },
  );

const LIST = [
  { command: 'true' },
  { name: 'make', prompt: 'a {{tasks.1.result}}', template: true, variants: 3 },
  { name: 'docs', prompt: 'b', needs: [1] },
  { prompt: 'Which?', pick: 'make', needs: ['docs'], json_mode: undefined },
  { prompt: '{{tasks.make.result}} {{tasks.3.result}} {{tasks.docs.result}}', template: true },
];

describe('a list with variants', () => {
  const record = recordOf(LIST);

  it('has a task for each of them, and numbers that count these', () => {
    expect(record.tasks.map(({ name, needs, picks }) => ({ name, needs, picks }))).toEqual([
      { name: null },
      { name: 'make (1 of 3)', needs: [1] },
      { name: 'make (2 of 3)', needs: [1] },
      { name: 'make (3 of 3)', needs: [1] },
      { name: 'docs', needs: [1] },
      { name: null, needs: [2, 3, 4, 5], picks: [2, 3, 4] },
      { name: null },
    ]);
    expect(record.tasks[6]?.text).toBe('{{tasks.2.result}} {{tasks.5.result}} {{tasks.docs.result}}');
    expect(
      recordOf([
        { prompt: 'Write it', variants: 2 },
        { command: 'true', pick: 1 },
      ]).tasks[1]?.name,
    ).toBe('Write it (2 of 2)');
  });

  it('is called by the task of the list, and not by one of its variants', () => {
    const pick = { command: 'true', pick: 1 };
    expect(titleOf(recordOf([{ name: 'write', prompt: 'a', variants: 2 }, pick, 'b']))).toBe(
      'write (and 2 more)',
    );
    expect(titleOf(recordOf([{ prompt: 'Write it', variants: 2 }, pick]))).toBe('Write it (and 1 more)');
  });

  it('is the same list when it is exported and submitted again', () => {
    const exported = submissionOf(record);
    expect(exported.tasks).toHaveLength(5);
    expect(recordOf(exported.tasks, { ...exported }).tasks).toEqual(record.tasks);
    expect(submissionOf(recordOf(exported.tasks, { ...exported }))).toEqual(exported);
  });

  it('does not give the form of answers of the list to a choice', () => {
    const { tasks } = recordOf(
      [
        { prompt: 'a', variants: 2 },
        { prompt: 'b', pick: 1 },
      ],
      { json_mode: true },
    );
    expect(tasks.map(({ options }) => options.json_mode)).toEqual([true, true, undefined]);
  });
});

describe('a task that picks', () => {
  const list = recordOf([{ prompt: 'a', variants: 2 }, { command: 'b', pick: 1 }, { command: 'c' }]);
  const continued = { ...list, on_failure: 'continue' as const };

  it('starts when all variants have settled and one has completed, whatever the others have done', () => {
    expect(nextSteps(list, states('failed', 'running', 'pending', 'pending')).start).toEqual([]);
    for (const one of [list, continued])
      expect(nextSteps(one, states('failed', 'completed', 'pending', 'pending'))).toEqual({
        start: [3],
        skip: [],
      });
  });

  it('is skipped where none has completed, and with it what needs it', () => {
    expect(nextSteps(list, states('failed', 'timed_out', 'pending', 'pending')).skip).toEqual([
      { task: 3, reason: 'task_failed' },
      { task: 4, reason: 'task_failed' },
    ]);
    expect(nextSteps(continued, states('failed', 'failed', 'pending', 'completed')).skip).toEqual([
      { task: 3, reason: 'task_failed' },
    ]);
    expect(nextSteps(list, states('not_needed', 'not_needed', 'pending', 'pending'))).toEqual({
      start: [4],
      skip: [{ task: 3, reason: 'not_needed' }],
    });
  });

  it('leaves no variant to be done once it has picked another one, as in a rerun', () => {
    expect(nextSteps(list, states('completed', 'pending', 'completed', 'pending'))).toEqual({
      start: [4],
      skip: [{ task: 2, reason: 'not_needed' }],
    });
  });
});
