import type { OutcomeCode, TaskStatus } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { nextSteps, type TaskRecord } from '../src/index.ts';

type Given = Pick<TaskRecord, 'needs' | 'when'>;

function steps(
  tasks: readonly Given[],
  states: string,
  on_failure: 'stop' | 'continue' | 'skip_dependents' = 'stop',
) {
  const known: Record<string, TaskStatus> = { p: 'pending', r: 'running', c: 'completed', f: 'failed' };
  const ended: Record<string, OutcomeCode> = {
    l: 'worker_lost',
    d: 'drained',
    u: 'usage_limit',
    x: 'nonzero_exit',
  };
  const progress = states
    .split('')
    .map((letter) =>
      letter === 'n'
        ? { status: 'skipped' as const, not_needed: true }
        : letter in ended
          ? { status: 'pending' as const, end: { outcome: ended[letter] ?? 'nonzero_exit' } }
          : { status: known[letter] ?? ('skipped' as const) },
    );
  const { start, skip } = nextSteps({ tasks: tasks as TaskRecord[], on_failure }, progress);
  return [...start.map(String), ...skip.map(({ task, reason }) => `${String(task)} ${reason}`)];
}

const line: Given[] = [{}, {}, {}];
const fork: Given[] = [{}, { needs: [1] }, { needs: [1] }, { needs: [2, 3] }];

describe('what may follow', () => {
  it('waits for what a skipped task needs', () => {
    const tasks: Given[] = [{ needs: [] }, { needs: [] }, { needs: [2] }, { needs: [3], when: 'always' }];
    expect(steps(tasks, 'frpp')).toEqual(['3 task_failed']);
    expect(steps(tasks, 'frsp')).toEqual([]);
    expect(steps(tasks, 'fcsp')).toEqual(['4']);
  });

  it('is the next task of a list, where nothing says what it needs', () => {
    expect(steps(line, 'ppp')).toEqual(['1']);
    expect(steps(line, 'rpp')).toEqual([]);
    expect(steps(line, 'cpp')).toEqual(['2']);
    expect(steps(line, 'ccc')).toEqual([]);
  });

  it('is everything whose needs have settled', () => {
    expect(steps([{}, { needs: [] }, { needs: [] }], 'ppp')).toEqual(['1', '2', '3']);
    expect(steps(fork, 'cppp')).toEqual(['2', '3']);
    expect(steps(fork, 'crcp')).toEqual([]);
    expect(steps(fork, 'cccp')).toEqual(['4']);
  });

  it('is nothing more after a failure, and what runs is left to end', () => {
    expect(steps(line, 'fpp')).toEqual(['2 task_failed', '3 task_failed']);
    expect(steps(fork, 'cfrp')).toEqual(['4 task_failed']);
  });

  it('is also what was interrupted while another one failed, and not what has failed itself', () => {
    const apart: Given[] = [{}, { needs: [] }, { needs: [] }, { needs: [2] }];
    for (const letter of 'ldu')
      expect(steps(apart, `f${letter}pp`)).toEqual(['2', '3 task_failed', '4 task_failed']);
    expect(steps(apart, 'fxpp')).toEqual(['2 task_failed', '3 task_failed', '4 task_failed']);
  });

  it('is all of it where the list continues', () => {
    expect(steps(line, 'fpp', 'continue')).toEqual(['2']);
    expect(steps([{}, { when: 'success' }, {}], 'fpp', 'continue')).toEqual(['3', '2 task_failed']);
  });

  it('is what does not need the failed task, directly or not, with skip_dependents', () => {
    const tasks: Given[] = [{}, {}, {}, { needs: [] }];
    expect(steps(tasks, 'fppp', 'skip_dependents')).toEqual(['4', '2 task_failed', '3 task_failed']);
  });

  it('has clean-up and repair, also where the list stops', () => {
    const tasks: Given[] = [{}, { when: 'failure' }, { needs: [1], when: 'always' }, { needs: [1] }];
    expect(steps(tasks, 'fppp')).toEqual(['2', '3', '4 task_failed']);
    expect(steps(tasks, 'cppp')).toEqual(['3', '4', '2 not_needed']);
  });

  it('continues after a repair that was not needed', () => {
    expect(steps([{}, { when: 'failure' }, {}], 'cnp')).toEqual(['3']);
    expect(steps([{}, { when: 'failure' }, {}], 'cpp')).toEqual(['3', '2 not_needed']);
  });

  it('is found quickly among a thousand tasks that need all before them', () => {
    const tasks = Array.from({ length: 1000 }, (_, index) => ({
      needs: Array.from({ length: index }, (__, other) => other + 1),
    }));
    const states = `${'c'.repeat(500)}${'p'.repeat(500)}`;
    expect(steps(tasks, states)).toEqual(['501']);
  });
});
