import { RestoreView } from '@cc-executor/contracts';
import { say, startScriptedModel, useTool, waitFor } from '@cc-executor/testkit';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let model: Awaited<ReturnType<typeof startScriptedModel>>;
let under: StackUnderTest;
let repositories: string;
beforeAll(async () => {
  const command = 'echo half > b; until [ -e go ]; do sleep 0.02; done';
  // Gone on with, the conversation has a turn more.
  const turns = [useTool('Bash', { command }), say('Done.'), say('Done.')];
  model = await startScriptedModel({ script: [{ marker: 'Wait for go', turns }] });
  repositories = realpathSync(mkdtempSync(join(tmpdir(), 'cc-repositories-')));
  under = await startStackUnderTest({
    CC_EXECUTOR_REPOSITORIES: repositories,
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    CC_EXECUTOR_PAUSE_HOLD: '1',
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
  rmSync(repositories, { recursive: true });
});

async function run(commands: string[], more: object = {}): Promise<string> {
  const id = await under.submit({ tasks: commands.map((command) => ({ command })), ...more });
  await under.ended(id);
  return id;
}

const ask = async (id: string, body: object) => await under.call('POST', `/executions/${id}/restore`, body);
async function restore(id: string, body: object): Promise<RestoreView> {
  const { status, body: answer } = await ask(id, body);
  expect([status, answer]).toEqual([200, expect.anything()]);
  return RestoreView.parse(answer);
}
const refusal = async (id: string, body: object) => {
  const { status, body: answer } = await ask(id, body);
  return [status, (answer as { code: string }).code];
};
const filesOf = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

// Proves: way-back
describe('a restore of a workspace', () => {
  it('brings back what was before or after a task, what commands changed included, and can be undone', async () => {
    const id = await run(['echo 1 > a; echo keep > b', 'echo 2 > a; rm b; echo new > c']);
    const folder = under.workspace(id);
    writeFileSync(join(folder, 'own'), 'of a person');
    const plan = await restore(id, { before_task: 2, dry_run: true });
    expect(plan).toMatchObject({ dry_run: true, left: null, changes_total: 4, kept: [] });
    expect(plan.changes).toEqual([
      { path: 'c', action: 'remove' },
      { path: 'own', action: 'remove' },
      { path: 'a', action: 'write' },
      { path: 'b', action: 'write' },
    ]);
    const left = { a: '2\n', c: 'new\n', own: 'of a person' };
    expect(filesOf(folder)).toEqual(left);
    const done = await restore(id, { before_task: 2 });
    expect(done.changes).toEqual(plan.changes);
    expect(filesOf(folder)).toEqual({ a: '1\n', b: 'keep\n' });
    await restore(id, { snapshot: done.left });
    expect(filesOf(folder)).toEqual(left);
    await restore(id, { after_task: 1 });
    await restore(id, { after_task: 2 });
    expect(filesOf(folder)).toEqual({ a: '2\n', c: 'new\n' });
    expect((await restore(id, { before_task: 1 })).changes_total).toBe(2);
    expect(filesOf(folder)).toEqual({});
  });

  it('is possible while the execution is paused, and is an event then', async () => {
    const id = await under.submit({ tasks: [{ command: 'echo 1 > a' }, 'Wait for go, then say done.'] });
    const folder = under.workspace(id);
    await waitFor(() => existsSync(join(folder, 'b')));
    expect(await refusal(id, { before_task: 2 })).toEqual([409, 'ILLEGAL_STATE']);
    await under.call('POST', `/executions/${id}/pause`);
    // Its processes stand still in the folder at first.
    const done = await waitFor(async () => {
      const { status, body } = await ask(id, { before_task: 2 });
      if (status === 200) return RestoreView.parse(body);
      expect((body as { code: string }).code).toBe('WORKSPACE_BUSY');
      return null;
    });
    expect(filesOf(folder)).toEqual({ a: '1\n' });
    await under.call('POST', `/executions/${id}/resume`);
    expect((await under.ended(id)).status).toBe('completed');
    const events = await under.events(id);
    const restored = events.filter(({ type }) => type === 'workspace.restored');
    expect(restored.map(({ data }) => data)).toEqual([
      { snapshot: done.snapshot, left: done.left, changes: 1, kept: 0 },
    ]);
    expect(filesOf(folder)).toEqual({ a: '1\n' });
  });

  it('is refused while another execution works in the folder, or in a part of it', async () => {
    const id = await run(['echo 1 > a'], { workspace: 'shared/inner' });
    for (const workspace of ['shared/inner', 'shared', 'shared/inner/below']) {
      const other = await under.submit({ workspace, tasks: [{ command: 'sleep 100' }] });
      await waitFor(async () => (await under.status(other)).status === 'running');
      const { status, body } = await ask(id, { before_task: 1 });
      expect([status, body]).toMatchObject([409, { code: 'WORKSPACE_BUSY' }]);
      expect((body as { detail: string }).detail).toContain(other);
      await under.call('POST', `/executions/${other}/cancel`);
      await under.ended(other);
    }
    expect((await restore(id, { before_task: 1 })).changes.map(({ path }) => path)).toContain('a');
  });

  it('that is killed in the middle leaves one of two states when the API is back', async () => {
    const id = await run([
      'for i in $(seq 1500); do echo one $i > $i; done',
      'for i in $(seq 1500); do echo two $i > $i; done; rm 7; echo new > new',
    ]);
    const folder = under.workspace(id);
    const two = filesOf(folder);
    await restore(id, { before_task: 2 });
    const one = filesOf(folder);
    const stores = join(under.folder, 'data/snapshots');
    const isUnderWay = () =>
      readdirSync(stores).some((name) => existsSync(join(stores, name, 'restore.json')));
    let done = 0;
    for (const [to, target] of [
      [{ after_task: 2 }, two],
      [{ before_task: 2 }, one],
    ] as const) {
      const before = filesOf(folder);
      const answer = ask(id, to).catch(() => null);
      await Promise.race([waitFor(isUnderWay), answer]);
      const api = under.stack.pids()['api'] ?? 0;
      process.kill(api, 'SIGKILL');
      await answer;
      await waitFor(
        async () =>
          await under.call('GET', '/health').then(
            (health) => health.status === 200,
            () => false,
          ),
      );
      expect(isUnderWay()).toBe(false);
      const now = filesOf(folder);
      const isDone = now['1'] === target['1'];
      expect(now).toEqual(isDone ? target : before);
      done += isDone ? 1 : 0;
      // What keeps the folder free for the restore is over at the latest after a minute.
      await waitFor(async () => (await ask(id, to)).status === 200, { seconds: 90 });
      expect(filesOf(folder)).toEqual(target);
    }
    expect(done).toBeGreaterThan(0);
  });

  it('lets the branch of a clone go along, by a commit on top or back to its commit of that time', async () => {
    const repository = join(repositories, 'branched');
    mkdirSync(repository);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.invalid', ...args], {
        cwd: repository,
        encoding: 'utf8',
      }).trim();
    writeFileSync(join(repository, 'a'), '1\n');
    git('init', '-q', '-b', 'main');
    git('add', 'a');
    git('commit', '-q', '-m', 'one');
    const id = await run(['echo 2 > a', 'echo 3 > a; echo b > b', 'echo 4 > a'], {
      repository: { path: repository },
    });
    const name = `cc-executor/${id}`;
    expect(await under.status(id)).toMatchObject({ workspace: id, branch: name });
    const folder = under.workspace(id);
    const deliveredBy = async () => {
      const report = await fetch(`${under.stack.apiUrl}/executions/${id}/report`);
      const { branches } = (await under.call('GET', '/report')).body as {
        branches: { execution_id: string; commit: string }[];
      };
      return [
        (await under.status(id))['delivered'],
        (await under.results(id)).delivered,
        branches.find(({ execution_id }) => execution_id === id),
        await report.text(),
      ];
    };
    const commits = git('log', '--format=%H', `main..${name}`).split('\n');
    const dry = await restore(id, { before_task: 2, hard: true, dry_run: true });
    expect(dry).not.toHaveProperty('branch');
    expect(await restore(id, { after_task: 1 })).toMatchObject({ branch: { name, warnings: [] } });
    expect(git('log', '--format=%s', `main..${name}`).split('\n')).toEqual([
      'Restore what was after task 1',
      'echo 4 > a',
      'echo 3 > a; echo b > b',
      'echo 2 > a',
    ]);
    expect(git('show', `${name}:a`)).toBe('2');
    const hard = await restore(id, { after_task: 2, hard: true });
    expect(hard.branch).toEqual({ name, commit: commits[1], warnings: [] });
    expect(git('rev-parse', name)).toBe(commits[1]);
    expect(await deliveredBy()).toEqual([
      expect.objectContaining({ commit: commits[1] }),
      expect.objectContaining({ commit: commits[1] }),
      expect.objectContaining({ commit: commits[1] }),
      expect.stringContaining(`A restore has moved it since: it is at ${(commits[1] ?? '').slice(0, 12)}`),
    ]);
    const [a, b] = ['a', 'b'].map((file) => readFileSync(join(folder, file), 'utf8'));
    expect([a, b]).toEqual(['3\n', 'b\n']);
    const inClone = (...args: string[]) =>
      execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
    expect([inClone('rev-parse', 'HEAD'), inClone('status', '--porcelain')]).toEqual([commits[1], '']);
    await restore(id, { before_task: 1, hard: true });
    expect(git('rev-parse', name)).toBe(git('rev-parse', 'main'));
    // A branch that somebody has moved stays.
    git('branch', '-f', name, commits[0] ?? '');
    const { branch } = await restore(id, { after_task: 1, hard: true });
    expect(branch).toMatchObject({
      commit: commits[2],
      warnings: [expect.stringMatching(/moved by somebody/)],
    });
    expect(git('rev-parse', name)).toBe(commits[0]);
    expect(await refusal(id, { snapshot: hard.left, hard: true })).toEqual([400, 'INVALID_REQUEST']);
    const plain = await run(['true']);
    expect(await refusal(plain, { before_task: 1, hard: true })).toEqual([400, 'INVALID_REQUEST']);
  });

  it('leaves alone what was copied into a clone', async () => {
    const repository = join(repositories, 'project');
    mkdirSync(repository);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.invalid', ...args], {
        cwd: repository,
      });
    writeFileSync(join(repository, 'a'), '1\n');
    writeFileSync(join(repository, '.env'), 'KEY=made up');
    git('init', '-q');
    git('add', 'a');
    git('commit', '-q', '-m', 'one');
    const id = await run(['echo 2 > a'], { repository: { path: repository, include: ['.env'] } });
    const folder = under.workspace(id);
    expect((await restore(id, { before_task: 1 })).changes).toEqual([{ path: 'a', action: 'write' }]);
    expect([readFileSync(join(folder, 'a'), 'utf8'), readFileSync(join(folder, '.env'), 'utf8')]).toEqual([
      '1\n',
      'KEY=made up',
    ]);
    const { body } = await under.call('GET', `/executions/${id}/files`);
    expect((body as { files: { name: string }[] }).files.map(({ name }) => name)).toEqual(['a']);
  });

  it('that makes no sense is refused, with what does', async () => {
    const id = await run(['echo 1 > a']);
    expect(await refusal('none-such', { before_task: 1 })).toEqual([404, 'EXECUTION_NOT_FOUND']);
    expect(await refusal(id, { before_task: 2 })).toEqual([404, 'TASK_NOT_FOUND']);
    expect(await refusal(id, { snapshot: '0'.repeat(40) })).toEqual([404, 'SNAPSHOT_NOT_FOUND']);
    for (const body of [{}, { before_task: 1, after_task: 1 }, { before_task: 0 }, { before_task: 1, x: 1 }])
      expect(await refusal(id, body)).toEqual([400, 'INVALID_REQUEST']);
    // What is of another execution is not to be had by this one.
    const other = await run(['echo 2 > a']);
    const [, after] = (await under.events(other))
      .filter(({ type }) => type === 'workspace.snapshot')
      .map(({ data }) => data['snapshot']);
    expect(await refusal(id, { snapshot: after })).toEqual([404, 'SNAPSHOT_NOT_FOUND']);
  });
});
