import { describe, expect, it } from 'vitest';
import { faultsOfBody as faults } from './faults-of.ts';

const numbers = (length: number) => Array.from({ length }, (_, index) => index + 1);

describe('a list that needs much', () => {
  it('may have a task that needs 999 others, and 1,000 tasks that need nothing', () => {
    const tasks = numbers(999).map(() => ({ command: 'true', needs: [] as number[] }));
    expect(faults({ tasks: [...tasks, { command: 'true', needs: numbers(999) }] })).toEqual([]);
    expect(faults({ tasks: [...tasks, { command: 'true', needs: [] }] })).toEqual([]);
    expect(faults({ tasks: [...tasks, { command: 'true', needs: numbers(1001) }] })[0]).toEqual({
      path: 'tasks[999].needs',
      message: 'must have at most 1000 tasks',
    });
  });

  it.each([
    [0, 'must be at least 1'],
    [10_000, 'must be at most 64'],
    [1.5, 'must be a whole number'],
    ['4', 'must be a whole number'],
  ])('is refused with max_parallel %s', (max_parallel, message) => {
    expect(faults({ tasks: ['x'], max_parallel })).toEqual([{ path: 'max_parallel', message }]);
  });

  it('is refused with a name that two tasks have', () => {
    const tasks = [
      { name: 'a', command: 'true' },
      { name: 'a', command: 'true' },
      { command: 'true', needs: ['a'] },
    ];
    expect(faults({ tasks })).toEqual([{ path: 'tasks[2].needs[0]', message: '2 tasks have the name "a"' }]);
  });

  it('is refused where a task is shared that cannot be', () => {
    const messages = (of: object, more: object = {}) =>
      faults({ tasks: ['x', { command: 'true', needs: [], shared: true, ...of }], ...more }).map(
        ({ path, message }) => `${path} ${message.slice(0, 40)}`,
      );
    expect(messages({})).toEqual([]);
    expect(messages({ shared: 'yes' })).toEqual(['tasks[1].shared must be true or false']);
    expect(messages({ shared: false }, { repository: { path: '/r' } })).toEqual([]);
    expect(messages({}, { repository: { path: '/r', commit: 'none' } })).toEqual([]);
    expect(messages({}, { repository: { path: '/r' } })).toEqual([
      'tasks[1].shared excludes a repository whose tasks are co',
    ]);
    expect(messages({}, { isolation: 'container' })).toEqual([]);
    expect(messages({ prompt: 'p', command: undefined, variants: 2 })).toEqual([
      'tasks[1].shared excludes variants, which works in copies',
      'tasks[1].variants is for nothing: no later task picks one ',
    ]);
  });

  it.each([
    ['node_modules', 'must be an object with link or copy'],
    [{ link: ['/etc'] }, 'must be a name, or a path below the workspace'],
    [{ link: ['a/../..'] }, 'must be a name, or a path below the workspace'],
    [{ copy: ['a//b'] }, 'must be a name, or a path below the workspace'],
    [{ link: ['packages/*/node_modules'] }, 'must be a name or a path, and no pattern'],
    [{ link: ['.git'] }, 'must not be the data of git'],
    [{ link: ['a\nb'] }, 'must have no control characters'],
  ])('is refused where its copies should have %j', (copies, message) => {
    expect(faults({ tasks: ['x'], copies })[0]?.message).toBe(message);
  });

  it('is refused where containers would share files', () => {
    const copies = { link: ['node_modules'] };
    expect(faults({ tasks: ['x'], copies })).toEqual([]);
    expect(faults({ tasks: ['x'], copies, isolation: 'container' })).toEqual([
      {
        path: 'copies.link',
        message: expect.stringContaining('excludes isolation "container"') as string,
      },
    ]);
  });

  it('names the place of groups', () => {
    expect(faults({ tasks: [{ parallel: ['a', 'b'] }] })).toContainEqual({
      path: 'tasks[0].parallel',
      message:
        'unknown key here; it belongs to a group of a task file; tasks of a request name what they need (needs)',
    });
  });

  it('is refused with another answer to a conflict', () => {
    expect(faults({ tasks: ['x'], on_conflict: 'merge' })).toEqual([
      { path: 'on_conflict', message: 'must be "fail" or "agent"' },
    ]);
  });
});
