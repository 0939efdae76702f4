import { initialState, makeRecord, type ExecutionState, type StoredExecution } from '@cc-executor/executions';
import {
  joinedLabel,
  snapshotLabel,
  snapshotOwner,
  SnapshotStores,
  workspaceLabels,
} from '@cc-executor/workspaces';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { beginningOf, workOf } from '../src/snapshots/beginning-of.ts';
import { ExecutionSnapshots } from '../src/snapshots/execution-snapshots.ts';

const PATH = process.env['PATH'];
type Task = Partial<ExecutionState['tasks'][number]>;

/** Executions whose logs are what is given, and a real store of snapshots. */
function executions() {
  const root = mkdtempSync(join(tmpdir(), 'cc-execution-snapshots-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [workspace, folder] = [join(root, 'workspace'), join(root, 'snapshots')];
  mkdirSync(workspace);
  const bounds = { file: 1e6, snapshot: 1e6 };
  const stores = new SnapshotStores(folder, { path: PATH, bounds });
  const all = new Map<string, StoredExecution>();
  const ports = {
    store: { read: (id: string) => Promise.resolve(all.get(id) ?? null) },
    folder,
    path: PATH,
  };
  const add = (id: string, list: { needs?: number[] }[], tasks: Task[], rerun?: object): StoredExecution => {
    const request = {
      tasks: list.map((more) => ({ command: 'true', ...more })),
      on_failure: 'stop' as const,
      workspace: 'named',
    };
    const record = { ...makeRecord(request, id, new Date()), uuid: `${id}-uuid`, ...rerun };
    const state = initialState(list.length);
    for (const [index, task] of tasks.entries()) Object.assign(state.tasks[index] ?? {}, task);
    const stored: StoredExecution = { record, state, control: null, epoch: 'e', lastSeq: 1 } as never;
    all.set(id, stored);
    return stored;
  };
  /** Takes a snapshot of a workspace with one file, which has the label itself. */
  const take = async ({ record }: StoredExecution, label: string): Promise<string> => {
    writeFileSync(join(workspace, 'file'), label);
    const store = await stores.open(record);
    const state = { changed: ['file'], removed: [], folders: [], previous: null };
    const { id } = await store.take({ folder: workspace, ...state, label });
    await store.close();
    return id;
  };
  const at = (of: StoredExecution, task: number, attempt: number, when: 'before' | 'after') =>
    snapshotLabel({ execution: snapshotOwner(of.record), task, attempt, when });
  const open = async (id: string) => await ExecutionSnapshots.open(ports, id);
  return { ports, add, take, at, open };
}

const DONE: Task = { status: 'completed', attempt: 1 };
const NONE = { code: 'SNAPSHOT_NOT_FOUND' };

it('shows nothing later in place of what an attempt has left, in a row and at the same time', async () => {
  const { add, take, at, open } = executions();
  const row = add('row', [{}, {}], [{ status: 'completed', attempt: 2 }, DONE]);
  await take(row, at(row, 1, 1, 'before'));
  // The workspace was restored for this attempt, and by a person before the next task.
  await take(row, at(row, 1, 2, 'before'));
  await take(row, at(row, 2, 1, 'before'));
  const inRow = await open('row');
  for (const attempt of [1, 2]) expect(() => inRow.after(1, attempt)).toThrow(expect.objectContaining(NONE));

  const graph = add('graph', [{ needs: [] }, { needs: [] }], [DONE, DONE]);
  await take(graph, workspaceLabels('graph-uuid').first);
  await take(graph, at(graph, 1, 1, 'before'));
  await take(graph, at(graph, 2, 1, 'before'));
  const inGraph = await open('graph');
  expect(() => inGraph.after(1)).toThrow(expect.objectContaining(NONE));
});

it('has the newest snapshot of the workspace while a task is tried again', async () => {
  const { add, take, at, open } = executions();
  const one = add('one', [{}], [{ status: 'running', attempt: 3 }]);
  await take(one, at(one, 1, 1, 'before'));
  const second = await take(one, at(one, 1, 2, 'after'));
  expect((await open('one')).newest()).toBe(second);
  const third = await take(one, at(one, 1, 3, 'before'));
  expect((await open('one')).newest()).toBe(third);
});

it('restores to after a task of a graph whose tasks worked in the workspace itself', async () => {
  const { add, take, at, open } = executions();
  const graph = add('graph', [{ needs: [] }, { needs: [] }], [DONE, DONE]);
  await take(graph, at(graph, 1, 1, 'before'));
  const after = await take(graph, at(graph, 1, 1, 'after'));
  const opened = await open('graph');
  expect([opened.workspaceAfter(1), opened.ranApart(1)]).toEqual([after, false]);
  await take(graph, workspaceLabels('graph-uuid').first);
  const apart = await open('graph');
  expect(apart.ranApart(1)).toBe(true);
  expect(() => apart.workspaceAfter(1)).toThrow(expect.objectContaining(NONE));
  const joined = await take(graph, joinedLabel('graph-uuid', 1, 1));
  expect((await open('graph')).workspaceAfter(1)).toBe(joined);
});

it('begins a rerun with what the last task that ran has left, also behind tasks that were skipped', async () => {
  const { ports, add, take, at } = executions();
  const skipped: Task = { status: 'skipped', skipped: 'not_needed', not_needed: true };
  const one = add('one', [{}, {}, {}], [DONE, skipped]);
  const after = await take(one, at(one, 1, 1, 'after'));
  expect(await beginningOf(ports, one, 3)).toMatchObject({ execution_id: 'one', snapshot: after });
  // What is appended begins there too.
  expect(await beginningOf(ports, one, 4)).toMatchObject({ execution_id: 'one', snapshot: after });
  expect(await beginningOf(ports, add('none', [{}, {}], [skipped]), 2)).toBeNull();

  const begins_with = { execution_id: 'one', uuid: 'one-uuid', snapshot: after, workspace: 'named' };
  const rerun = { execution_id: 'one', from: 3, keeps_workspace: false, begins_with };
  const carried: Task = { status: 'completed', carried_from: { execution_id: 'one' } as never };
  const again = add('again', [{}, {}, {}], [carried, carried, skipped], { rerun });
  expect(await beginningOf(ports, again, 4)).toEqual(begins_with);
});

it('begins a rerun of one that kept its workspace and never began with what that had', async () => {
  const { ports, add, take, at } = executions();
  const one = add('one', [{}, {}], [DONE, { status: 'failed', attempt: 1 }]);
  await take(one, at(one, 2, 1, 'before'));
  const left = await take(one, at(one, 2, 1, 'after'));
  const rerun = { from: 2, keeps_workspace: true, begins_with: null };
  const carried: Task = { status: 'completed', carried_from: { execution_id: 'one' } as never };
  const second = add('second', [{}, {}], [carried], { rerun: { ...rerun, execution_id: 'one' } });
  expect(await beginningOf(ports, second, 2)).toMatchObject({ execution_id: 'one', snapshot: left });
  const third = add('third', [{}, {}], [carried], { rerun: { ...rerun, execution_id: 'second' } });
  expect(await beginningOf(ports, third, 2)).toMatchObject({ execution_id: 'one', snapshot: left });
  expect(await workOf(ports, third, [1])).toMatchObject({ execution_id: 'one', snapshot: left });
});
