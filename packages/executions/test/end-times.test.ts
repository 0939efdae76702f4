import { describe, expect, it } from 'vitest';
import { endTimes, makeRecord } from '../src/index.ts';

const list = (needs: (number[] | undefined)[], more: Record<string, unknown> = {}) => {
  const tasks = needs.map((of) => ({ command: 'true', ...(of && { needs: of }) }));
  return { ...makeRecord({ tasks, on_failure: 'stop' }, 'a-list', new Date()), ...more };
};

describe('the end of each task', () => {
  it('is the sum of the times so far, in a plain list', () => {
    expect(endTimes(list([undefined, undefined, undefined]), [1, 2, 3])).toEqual([1, 3, 6]);
    expect(endTimes(list([undefined]), [0])).toEqual([0]);
  });

  it('is along the graph, where tasks run at the same time', () => {
    expect(endTimes(list([[], [1], [1], [2, 3]]), [1, 2, 5, 1])).toEqual([1, 3, 6, 7]);
    expect(endTimes(list([[], [1], [1], [2, 3]]), [0, 0, 0, 0])).toEqual([0, 0, 0, 0]);
  });

  it('waits for a place, as many as the list allows', () => {
    const needs = [[], [], [], [], []];
    expect(endTimes(list(needs), [3, 3, 3, 3, 1])).toEqual([3, 3, 3, 3, 4]);
    expect(endTimes(list(needs, { max_parallel: 2 }), [3, 1, 1, 1, 1])).toEqual([3, 1, 2, 3, 4]);
  });

  it('waits for a slot of its kind, as many as the worker has', () => {
    const needs = [[], [], [], []];
    expect(endTimes(list(needs), [3, 1, 1, 1], { prompts: 9, commands: 2 })).toEqual([3, 1, 2, 3]);
    const tasks = ['prompt', 'prompt', 'command', 'command'].map((kind) => ({ kind, needs: [] }));
    expect(endTimes(list(needs, { tasks }), [3, 3, 3, 1], { prompts: 1, commands: 1 })).toEqual([3, 6, 3, 4]);
  });
});
