import { ConfigError } from '@cc-executor/service-kit';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHooks } from '../src/read-hooks.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-hooks-'));
  await mkdir(at('hooks'));
  await mkdir(at('workspaces'));
});
afterEach(async () => await rm(folder, { recursive: true, maxRetries: 10 }));

const read = (directory = at('hooks')) =>
  readHooks({ directory, workspaces: at('workspaces'), searchPath: process.env['PATH'] });
const settings = async (value: unknown) =>
  await writeFile(at('hooks/hooks.json'), typeof value === 'string' ? value : JSON.stringify(value));
const module = async (name: string) => await writeFile(at('hooks', name), 'export default () => undefined;');

function faults(directory?: string): readonly string[] {
  try {
    read(directory);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the hooks of a directory', () => {
  it('are what hooks.json names, in its order, and then modules by their names', async () => {
    for (const name of ['pre_task.ts', 'pre_task.budget.mjs', 'helper.ts', 'pre_task.d.ts', 'later.js'])
      await module(name);
    await writeFile(at('hooks/check'), '#!/bin/sh\n', { mode: 0o755 });
    await settings({
      timeout: 5,
      hooks: {
        pre_task: [
          { command: ['./check', 'one two'], name: 'checks', required: true },
          'sh -c "exit 0"',
          { module: 'pre_task.ts', timeout: 1 },
        ],
        on_event: [{ module: 'later.js', events: ['task.failed'] }],
      },
    });
    expect(
      read().map(({ stage, name, timeout, required, events, runs }) => [
        stage,
        name,
        timeout,
        required,
        events,
        runs,
      ]),
    ).toEqual([
      ['pre_task', 'checks', 5, true, null, { program: at('hooks/check'), args: ['one two'] }],
      ['pre_task', 'sh', 5, false, null, { program: expect.stringMatching(/\/sh$/), args: ['-c', 'exit 0'] }],
      ['pre_task', 'pre_task', 1, false, null, { module: at('hooks/pre_task.ts') }],
      ['on_event', 'later', 5, false, ['task.failed'], { module: at('hooks/later.js') }],
      ['pre_task', 'budget', 5, false, null, { module: at('hooks/pre_task.budget.mjs') }],
    ]);
  });

  it('are none where it is empty', () => {
    expect(read()).toEqual([]);
  });
});

describe('what is wrong', () => {
  it('is reported all at once', async () => {
    await writeFile(at('hooks/not-executable'), '');
    await chmod(at('hooks/not-executable'), 0o644);
    await settings({
      hooks: {
        pre_task: [
          './not-executable',
          'no-such-program',
          { module: 'missing.ts' },
          { command: 'true', events: ['task.failed'] },
          'true',
        ],
        on_event: [{ command: 'false', required: true }],
      },
    });
    expect(faults()).toEqual([
      expect.stringContaining('hooks.pre_task[0]: "./not-executable" is neither a program'),
      expect.stringContaining('hooks.pre_task[1]: "no-such-program" is neither a program'),
      expect.stringContaining('hooks.pre_task[2]: "missing.ts" is not a module'),
      expect.stringContaining('hooks.pre_task[3]: events is for on_event only'),
      expect.stringContaining('hooks.on_event[0]: on_event hooks cannot be required'),
      expect.stringContaining('two hooks of pre_task are named "true"'),
    ]);
  });

  it.each([
    ['no JSON', '{', "can't be read as JSON"],
    ['another shape', [], 'must be an object like {timeout, hooks}'],
    ['a stage that is none', { hooks: { before: [] } }, 'hooks.before unknown key'],
    [
      'both a command and a module',
      { hooks: { pre_task: [{ command: 'a', module: 'b' }] } },
      'exactly one of',
    ],
    ['no time', { timeout: 0, hooks: {} }, 'timeout must be more than 0 seconds'],
    [
      'an event that is none',
      { hooks: { on_event: [{ command: 'true', events: ['x'] }] } },
      'a type of event',
    ],
  ])('is told of a file with %s', async (_, value, said) => {
    await settings(value);
    expect(faults()).toEqual([expect.stringContaining(said)]);
  });

  it('is a directory that is not there', () => {
    expect(faults(at('nowhere'))).toEqual([expect.stringContaining("can't be read (ENOENT)")]);
  });

  it('is a hook that a task could write: below the workspaces, also by a link', async () => {
    await mkdir(at('workspaces/w'));
    await writeFile(at('workspaces/w/pre_task.ts'), 'export default () => undefined;');
    await symlink(at('workspaces/w/pre_task.ts'), at('hooks/pre_task.ts'));
    expect(faults()).toEqual([expect.stringContaining('is among the workspaces')]);
    expect(faults(at('workspaces/w')).length).toBeGreaterThan(0);
  });
});
