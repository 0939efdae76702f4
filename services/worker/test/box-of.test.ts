import { lstatSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskRecord } from '@cc-executor/executions';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBox } from '../src/attempts/box-of.ts';

const USER = { uid: 1000, gid: 1000 };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-box-'));
  await mkdir(join(folder, 'workspace'));
});
afterEach(async () => await rm(folder, { recursive: true, maxRetries: 10 }));

const at = (...path: string[]) => join(folder, ...path);

/** Opens the container of the first prompt of a list. */
async function open({ ahead = false, tasks = [] }: { ahead?: boolean; tasks?: TaskRecord[] } = {}) {
  const containers = {
    user: USER,
    filesOf: (id: string) => at('files', id),
    modelOf: () => at('model'),
    resultsOf: (id: string) => at('results', id),
    egress: null,
    ahead,
    searchPath: async () => await Promise.resolve(null),
    release: () => undefined,
  };
  const task = {
    executionId: 'x',
    task: 1,
    attempt: 1,
    cwd: at('workspace'),
    options: {},
    kind: 'prompt' as const,
    readOnly: false,
    network: undefined,
  };
  return await openBox(
    { least: 'process', containers },
    { isolation: 'container', tasks },
    { lease: { generation: 1 }, recorder: { note: () => undefined } },
    task,
    {},
    new AbortController().signal,
  );
}

it.runIf(process.getuid?.() === 0)(
  "gives a container the workspace and the folder for an agent's files, and nothing in that",
  async () => {
    await writeFile(at('workspace', 'restored'), '');
    await mkdir(at('files', 'x', 'in'), { recursive: true });
    await open();
    for (const path of ['workspace', 'workspace/restored', 'files/x'])
      expect([path, lstatSync(at(path)).uid]).toEqual([path, USER.uid]);
    expect(lstatSync(at('files/x/in')).uid).toBe(0);
    expect(lstatSync(at('files')).uid).toBe(0);
  },
);

it('is opened although the one after it cannot be prepared', async () => {
  // No folder for the results of the next task can be made.
  await writeFile(at('results'), '');
  const command = { kind: 'command', text: 'true', options: {} } as unknown as TaskRecord;
  const opened = await open({ ahead: true, tasks: [command, command] });
  expect(opened).toMatchObject({ box: { task: 1, next: null } });
});
