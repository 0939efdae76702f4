import { SnapshotStores, type SnapshotStore } from '@cc-executor/workspaces';
import { ExecutionView, Verification } from '@cc-executor/contracts';
import { waitFor } from '@cc-executor/testkit';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type Event, type StackUnderTest } from './stack-under-test.ts';

const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const run = promisify(execFile);

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest({ CC_EXECUTOR_SNAPSHOT_FILE_BYTES: '1000000' });
});
afterAll(async () => await under.stop());

const BOUNDS = { file: 2 ** 26, snapshot: 2 ** 31 };

const snapshotsOf = (events: readonly Event[]) =>
  events
    .filter(({ type }) => type === 'workspace.snapshot')
    .map(({ task, attempt, data }) => ({
      task,
      attempt,
      when: data['when'] as string,
      id: data['snapshot'] as string,
    }));

/** The store of the workspace of an execution, as another process sees it. */
async function storeOf(stack: StackUnderTest, id: string, workspace = id): Promise<SnapshotStore> {
  const stores = new SnapshotStores(join(stack.folder, 'data/snapshots'), { bounds: BOUNDS });
  const store = await stores.openExisting({
    execution_id: id,
    uuid: null,
    workspace,
    workspace_path: workspace,
  });
  if (!store) throw new Error('there is no store');
  return store;
}

async function withStore<T>(of: Parameters<typeof storeOf>, work: (store: SnapshotStore) => Promise<T>) {
  const store = await storeOf(...of);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function tasksOf(id: string): Promise<ExecutionView['tasks']> {
  return ExecutionView.parse((await under.call('GET', `/executions/${id}`)).body).tasks;
}

async function verification(id: string): Promise<Verification> {
  return Verification.parse((await under.call('GET', `/executions/${id}/verification`)).body);
}

// Proves: snapshots-around-attempts
describe('the snapshots of an execution', () => {
  it('are there before and after each attempt, and have what commands changed', async () => {
    const id = await under.submit({
      tasks: [
        { command: 'mkdir -p a/empty; echo one > a/x; echo run > run.sh; chmod 755 run.sh; ln -s a/x link' },
        { command: 'echo two > a/x; rm run.sh' },
        { command: 'true' },
      ],
    });
    await under.ended(id);
    const events = await under.events(id);
    const taken = snapshotsOf(events);
    expect(taken.map(({ task, attempt, when }) => [task, attempt, when])).toEqual([
      [1, 1, 'before'],
      [1, 1, 'after'],
      [2, 1, 'before'],
      [2, 1, 'after'],
      [3, 1, 'before'],
      [3, 1, 'after'],
    ]);
    const [before, after, before2, after2, before3, after3] = taken.map((one) => one.id);
    expect([before2, before3, after3]).toEqual([after, after2, after2]);
    const tasks = await tasksOf(id);
    expect(tasks.map(({ end }) => end?.snapshots)).toEqual([
      { before, after },
      { before: after, after: after2 },
      { before: after2, after: after2 },
    ]);
    await withStore([under, id], async (store) => {
      expect((await store.files(before ?? '')).map(({ name }) => name)).toEqual([]);
      expect(
        (await store.files(after ?? '')).map(({ name, kind, permissions }) => [name, kind, permissions]),
      ).toEqual([
        ['a', 'folder', 0o755],
        ['link', 'link', null],
        ['run.sh', 'file', 0o755],
      ]);
      expect((await store.files(after ?? '', 'a')).map(({ name }) => name)).toEqual(['empty', 'x']);
      const { files } = await store.diff(after ?? '', after2 ?? '');
      expect(files.map(({ path, change }) => [path, change])).toEqual([
        ['a/x', 'changed'],
        ['run.sh', 'removed'],
      ]);
    });
  });

  it('are named by the receipts, which are signed', async () => {
    const id = await under.submit({ tasks: [{ command: 'echo 1 > file' }] });
    await under.ended(id);
    const [task] = await tasksOf(id);
    const receipt = (await under.call('GET', `/executions/${id}/tasks/1/receipt`)).body as {
      end: { snapshots: unknown };
    };
    expect(task?.end?.snapshots?.after).toMatch(/^[0-9a-f]{40}$/);
    expect(receipt.end.snapshots).toEqual(task?.end?.snapshots);
    const { body } = await under.call('GET', `/executions/${id}/verification`);
    expect(body).toMatchObject({ verdict: 'verified' });
  });

  it('see what checks have changed', async () => {
    const id = await under.submit({
      tasks: [{ command: 'echo 1 > file', checks: ['echo 2 > file'] }, { command: 'true' }],
    });
    await under.ended(id);
    const [, after, before2] = snapshotsOf(await under.events(id));
    expect(before2?.id).toBe(after?.id);
    await withStore([under, id], async (store) => {
      const { content } = await store.read(after?.id ?? '', 'file');
      expect(Buffer.concat(await Array.fromAsync(content)).toString()).toBe('2\n');
    });
  });

  it('name what they do not have', async () => {
    const id = await under.submit({
      tasks: [
        { command: 'head -c 1000001 /dev/zero > large; mkfifo pipe; git init -q inner; echo 1 > inner/f' },
      ],
    });
    const ended = await under.ended(id);
    expect(ended.status).toBe('completed');
    const event = (await under.events(id)).findLast(({ type }) => type === 'workspace.snapshot');
    expect(event?.data).toMatchObject({ files: 1, bytes: 2, left_out_total: 2 });
    expect(event?.data['left_out']).toEqual([
      { path: 'large', why: 'file_too_large' },
      { path: 'pipe', why: 'special' },
    ]);
  });

  it('are kept in one store for all executions of a named workspace', async () => {
    const workspace = 'shared';
    const first = await under.submit({ tasks: [{ command: 'echo 1 > file' }], workspace });
    await under.ended(first);
    const second = await under.submit({ tasks: [{ command: 'echo 2 > file' }], workspace });
    await under.ended(second);
    const [before, after] = snapshotsOf(await under.events(second));
    const [, left] = snapshotsOf(await under.events(first));
    expect(before?.id).toBe(left?.id);
    await withStore([under, second, workspace], async (store) => {
      expect(store.labels().size).toBe(4);
      expect(new Set(store.labels().values())).toContain(after?.id);
    });
  });
});

describe('an execution without snapshots', () => {
  it.each([
    ['that are switched off', { CC_EXECUTOR_SNAPSHOTS: 'false' }, 0],
    ['for which there is no git', {}, 1],
  ])('runs as before: %s', async (_, env, warnings) => {
    const path = await mkdtemp(join(tmpdir(), 'cc-path-'));
    await linkPrograms(path, (name) => name !== 'git');
    const stack = await startStackUnderTest({ ...env, PATH: path });
    try {
      const id = await stack.submit({ tasks: [{ command: 'echo 1 > file' }, { command: 'true' }] });
      expect((await stack.ended(id)).status).toBe('completed');
      const events = await stack.events(id);
      expect(snapshotsOf(events)).toEqual([]);
      const warned = events.filter(({ data }) => data['code'] === 'no_snapshot');
      expect(warned).toHaveLength(warnings);
      for (const { data } of warned) expect(data['message']).toContain('it cannot be restored');
      const graph = await stack.submit({
        tasks: [
          { command: 'pwd', needs: [] },
          { command: 'pwd', needs: [] },
        ],
      });
      expect((await stack.ended(graph)).status).toBe('completed');
      const { results } = await stack.results(graph);
      expect(results[0]?.stdout).toBe(results[1]?.stdout);
      expect((await stack.call('GET', `/executions/${graph}/graph`)).body).toMatchObject({
        nodes: [{ in_copy: false }, { in_copy: false }],
      });
      const variants = await stack.submit({
        tasks: [
          { prompt: 'x', variants: 2 },
          { command: 'true', pick: 1 },
        ],
      });
      expect((await stack.ended(variants)).status).toBe('failed');
      expect((await stack.results(variants)).results[0]).toMatchObject({
        outcome: 'spawn_failed',
        message: expect.stringContaining('variants need copies of the workspace'),
      });
    } finally {
      await stack.stop();
      await rm(path, { recursive: true, maxRetries: 10 });
    }
  });

  it('completes when the store cannot be written, with a warning of the task', async () => {
    const stack = await startStackUnderTest();
    try {
      // A file where the folder of all stores should be: as a disk that takes nothing.
      await rm(join(stack.folder, 'data/snapshots'), { recursive: true, maxRetries: 10, force: true });
      await writeFile(join(stack.folder, 'data/snapshots'), '');
      const id = await stack.submit({ tasks: [{ command: 'echo 1 > file' }] });
      expect((await stack.ended(id)).status).toBe('completed');
      const { results } = await stack.results(id);
      expect(results[0]?.warnings?.map(({ code }) => code)).toEqual(['no_snapshot']);
      await rm(join(stack.folder, 'data/snapshots'));
    } finally {
      await stack.stop();
    }
  });
});

/** Makes a folder of links to all programs of PATH that are wanted. */
async function linkPrograms(folder: string, isWanted: (name: string) => boolean): Promise<void> {
  for (const from of (process.env['PATH'] ?? '').split(':'))
    for (const name of await readdir(from).catch(() => []))
      if (isWanted(name)) await symlink(join(from, name), join(folder, name)).catch(() => undefined);
}

// Proves: snapshots-around-attempts
describe('an attempt whose worker was lost', () => {
  it('has a snapshot of what it left, also where no other attempt follows', async () => {
    const id = await under.submit({
      tasks: [{ command: 'echo kept > before' }, { command: 'echo half > half; rm before; sleep 1000' }],
    });
    const changed = async (query: string) => await under.call('GET', `/executions/${id}/${query}`);
    await waitFor(
      () => existsSync(join(under.workspace(id), 'half')) && !existsSync(join(under.workspace(id), 'before')),
      { seconds: 60 },
    );
    const { worker } = under.stack.pids();
    if (worker === undefined) throw new Error('there is no worker');
    process.kill(worker, 'SIGKILL');
    expect((await under.call('POST', `/executions/${id}/cancel`)).status).toBeLessThan(300);
    expect(await under.ended(id, 120)).toMatchObject({ status: 'cancelled' });
    const { body } = await changed('tasks/2/changes');
    expect(body).toMatchObject({
      files: [
        { path: 'before', change: 'removed' },
        { path: 'half', change: 'added' },
      ],
    });
    const lost = (body as { after: string }).after;
    expect(snapshotsOf(await under.events(id)).at(-1)).toMatchObject({ task: 2, when: 'after', id: lost });
    expect((await changed('changes')).body).toMatchObject({ after: lost, totals: { files: 1 } });
    expect((await verification(id)).reasons.join()).not.toContain('snapshot');
  }, 200_000);
});

// Proves: snapshots-around-attempts, retry-from-before
describe('an attempt that follows a failed one', () => {
  const twice = (on_retry?: string) => ({
    tasks: [
      { command: 'echo kept > before' },
      {
        command:
          'echo once >> log; cat log; mkdir new || exit 9; [ "$CC_EXECUTOR_ATTEMPT" -gt 1 ] || exit 1; rmdir new',
        retries: 1,
      },
    ],
    ...(on_retry === undefined ? {} : { on_retry }),
  });

  it('begins as the one before left the workspace, or as it was before the first', async () => {
    const kept = await under.submit(twice());
    expect(await under.ended(kept)).toMatchObject({ status: 'failed' });
    const restored = await under.submit(twice('restore'));
    expect(await under.ended(restored)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(restored);
    expect(results[1]?.stdout).toBe('once\n');
    const events = await under.events(restored);
    const [first, left, second] = snapshotsOf(events).filter(({ task }) => task === 2);
    expect([second?.attempt, second?.when, second?.id]).toEqual([2, 'before', first?.id]);
    // What the failed attempt left is reported, and kept.
    expect(events.filter(({ type }) => type === 'workspace.restored')).toMatchObject([
      { task: 2, attempt: 2, data: { snapshot: first?.id, left: left?.id, changes: 2, kept: 0 } },
    ]);
    expect((await under.events(kept)).map(({ type }) => type)).not.toContain('workspace.restored');
  });

  it('are looked at by the verification, to the last content', async () => {
    const id = await under.submit({
      tasks: [{ command: 'echo of no other > a' }, { command: 'echo two > a' }],
    });
    await under.ended(id);
    expect(await verification(id)).toMatchObject({ verdict: 'verified' });
    const [, after] = snapshotsOf(await under.events(id));
    const { blob } = await withStore([under, id], async (store) => {
      const file = (await store.files(after?.id ?? '')).find(({ name }) => name === 'a');
      return { blob: file?.id ?? '' };
    });
    const stores = join(under.folder, 'data/snapshots');
    const names = await readdir(stores, { recursive: true });
    const fileOf = (object: string) =>
      join(stores, names.find((path) => path.endsWith(`${object.slice(0, 2)}/${object.slice(2)}`)) ?? '');
    const damaged = fileOf(blob);
    await chmod(damaged, 0o644);
    await writeFile(damaged, 'other');
    const { verdict, tasks } = await verification(id);
    expect(verdict).toBe('unverified');
    // The first has left what the second began with, and neither has seen that it was damaged since.
    expect(tasks.map(({ reasons }) => reasons)).toEqual([
      ['its snapshot after attempt 1 is missing or damaged'],
      ['its snapshot before attempt 1 is missing or damaged'],
    ]);
    const env = {
      PATH: process.env['PATH'],
      HOME: under.folder,
      CC_EXECUTOR_DATA_DIR: join(under.folder, 'data'),
    };
    const offline = await run(process.execPath, [CLI, 'verify', id], { env }).catch(
      (error: unknown) => error,
    );
    expect(offline).toMatchObject({ code: 1, stdout: expect.stringContaining('is missing or damaged') });
    // The report does not read all contents, but names what is not there.
    const page = async () => await (await fetch(`${under.stack.apiUrl}/executions/${id}/report`)).text();
    expect(await page()).not.toContain('is missing or damaged');
    await rm(fileOf(after?.id ?? ''));
    expect(await page()).toContain('its snapshot after attempt 1 is missing or damaged');
  });
});
