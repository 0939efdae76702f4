import { expect, it, describe } from 'vitest';
import { faultsOfBody as faults } from './faults-of.ts';

const make = { name: 'make', prompt: 'x', variants: 3 };

describe('variants of a prompt', () => {
  it('are right with a later task that picks one of them', () => {
    expect(faults({ tasks: [make, { prompt: 'Which?', pick: 'make' }, 'y'] })).toEqual([]);
    expect(faults({ tasks: [make, { command: 'true', needs: [] }, { command: 'true', pick: 1 }] })).toEqual(
      [],
    );
    const template = { prompt: '{{tasks.make.result}}', template: true };
    expect(faults({ tasks: [make, { command: 'true', pick: 1 }, template] })).toEqual([]);
  });

  it.each<[string, object[], [string, string][], object?]>([
    [
      'nobody picks',
      [make, { command: 'true', needs: [] }],
      [['tasks[0].variants', 'is for nothing: no later task picks one of them (pick)']],
    ],
    [
      'a second one picks',
      [make, { prompt: 'a', pick: 1 }, { prompt: 'b', pick: 1 }],
      [['tasks[2].pick', 'is task 1, of which task 2 picks one']],
    ],
    [
      'are needed by another task',
      [make, { prompt: 'a' }, { prompt: 'b', pick: 1 }, { prompt: 'c', needs: ['make'] }],
      [
        ['tasks[1]', 'has no needs, so it needs task 1, which has variants: need task 3, which picks one'],
        ['tasks[3].needs[0]', 'is task 1, which has variants: need task 3, which picks one'],
      ],
    ],
    [
      'are of no prompt, or of a task that picks',
      [
        { command: 'true', variants: 2 },
        { prompt: 'a', variants: 2, pick: 1 },
      ],
      [
        ['tasks[0].variants', 'is for prompts only'],
        ['tasks[1].pick', 'excludes variants: one task picks'],
        ['tasks[1].variants', 'is for nothing: no later task picks one of them (pick)'],
      ],
    ],
    [
      'are too few, or too many',
      [
        { prompt: 'a', variants: 1 },
        { prompt: 'b', variants: 11 },
      ],
      [
        ['tasks[0].variants', 'must be at least 2'],
        ['tasks[1].variants', 'must be at most 10'],
      ],
    ],
    [
      'are named by what does not need their choice',
      [make, { prompt: '{{tasks.1.result}}', template: true, pick: 1 }, { ...make, needs: [] }],
      [
        ['tasks[2].variants', 'is for nothing: no later task picks one of them (pick)'],
        [
          'tasks[1].prompt',
          '{{tasks.1.result}}: this task gets what all of its variants gave, without a reference',
        ],
      ],
    ],
  ])('%s: that is a fault', (_, tasks, expected, more = {}) => {
    expect(faults({ tasks, ...more }).map(({ path, message }) => [path, message])).toEqual(expected);
  });

  it('are counted among the tasks of a list', () => {
    const many = Array.from({ length: 200 }, (_, index) => [
      { ...make, name: `m${String(index)}`, variants: 5, needs: [] },
      { command: 'true', pick: `m${String(index)}` },
    ]).flat();
    expect(faults({ tasks: many })).toEqual([
      { path: 'tasks', message: 'has 1200 tasks with their variants; at most 1000 are allowed' },
    ]);
  });
});

describe('a task that picks', () => {
  it.each<[object, string, string]>([
    [{ prompt: 'a', pick: 9 }, 'tasks[1].pick', 'there is no task 9'],
    [{ prompt: 'a', pick: 2 }, 'tasks[1].pick', 'is this task itself'],
    [{ prompt: 'a', pick: 3 }, 'tasks[1].pick', 'task 3 comes later'],
    [{ prompt: 'a', pick: 1 }, 'tasks[1].pick', 'is task 1, which has no variants'],
    [{ prompt: 'a', pick: 1.5 }, 'tasks[1].pick', 'must be the number or the name of an earlier task'],
  ])('from %j is a fault', (task, path, message) => {
    expect(faults({ tasks: ['plain', task, { command: 'true', needs: [] }] })).toEqual([{ path, message }]);
  });

  it.each([
    ['made', '2 tasks have the name "made"'],
    ['mode', 'there is no task with the name "mode"'],
  ])('from "%s", which stands for no single one, has no further fault', (pick, message) => {
    const one = { prompt: 'a', name: 'made', variants: 2 };
    const tasks = [one, { ...one, needs: [] }, { command: 'true', pick }];
    expect(faults({ tasks })).toEqual([{ path: 'tasks[2].pick', message }]);
  });

  it('answers with its choice, and has nothing that could be checked', () => {
    const tool = { tool: { server: 's', name: 't' }, mcp_servers: { s: { command: 'x' } }, pick: 1 };
    expect(faults({ tasks: [make, tool] })).toContainEqual({
      path: 'tasks[1].pick',
      message: 'is for prompts and commands only',
    });
    const more = { json_mode: true, checks: ['true'], when: 'always' };
    expect(faults({ tasks: [make, { prompt: 'a', pick: 1, ...more }] })).toEqual([
      { path: 'tasks[1].json_mode', message: 'excludes pick: the answer is the choice' },
      { path: 'tasks[1].checks', message: 'excludes pick: nothing that it changes is kept' },
      { path: 'tasks[1].when', message: 'excludes pick, which needs one that has completed' },
    ]);
  });
});
