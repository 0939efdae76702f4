import { waitFor } from '@cc-executor/testkit';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serveRepository } from './git-server.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const run = promisify(execFile);

let under: StackUnderTest;
beforeAll(async () => {
  // The waits of a night in seconds.
  under = await startStackUnderTest({ CC_EXECUTOR_PROBE_INTERVAL: '1' });
});
afterAll(async () => await under.stop());

const PERSON = ['-c', 'user.name=A User', '-c', 'user.email=user@example.org'];
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', [...PERSON, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

/** A repository of the user, in the middle of their work. */
function usersRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cc-user-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  git(folder, 'init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'code.txt'), 'code\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'first');
  writeFileSync(join(folder, 'code.txt'), 'not yet committed\n');
  writeFileSync(join(folder, 'staged.txt'), 'staged\n');
  git(folder, 'add', 'staged.txt');
  return folder;
}

const stateOf = (folder: string) => [
  git(folder, 'status', '--porcelain'),
  git(folder, 'rev-parse', 'HEAD'),
  git(folder, 'symbolic-ref', 'HEAD'),
  readFileSync(join(folder, '.git/index')).toString('base64'),
  readFileSync(join(folder, '.git/config'), 'utf8'),
];

// Proves: users-repository-is-left
describe('a list for the repository that the user stands in', () => {
  it('works in a clone, and comes back as a branch with a commit for each task that changed something', async () => {
    const folder = usersRepository();
    const file = `${folder}.yaml`;
    onTestFinished(() => rmSync(file, { force: true }));
    writeFileSync(
      file,
      [
        'repository: .',
        'tasks:',
        '  - name: Write one',
        '    command: echo one > one.txt',
        '  - command: "true"',
        '  - name: Change code',
        '    command: echo more >> code.txt',
        '',
      ].join('\n'),
    );
    const before = stateOf(folder);
    const { stdout } = await run(process.execPath, [CLI, 'submit', file, '--wait', '--json'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: under.folder, CC_EXECUTOR_URL: under.stack.apiUrl },
    });
    const results = JSON.parse(stdout) as {
      execution_id: string;
      status: string;
      branch: string;
      workspace: string;
    };
    const { execution_id: id } = results;
    expect(results).toMatchObject({ status: 'completed', branch: `cc-executor/${id}`, workspace: id });
    expect(stateOf(folder)).toEqual(before);
    const log = git(
      folder,
      'log',
      '--reverse',
      '--format=%s|%(trailers:key=Execution,valueonly,separator=%x2C)|%(trailers:key=Task,valueonly,separator=%x2C)',
      `main..cc-executor/${id}`,
    );
    expect(log.split('\n')).toEqual([`Write one|${id}|1`, `Change code|${id}|3`]);
    expect(git(folder, 'show', `cc-executor/${id}:code.txt`)).toBe('code\nmore');
    const events = await under.events(id);
    const committed = events.filter(({ type }) => type === 'workspace.committed');
    expect(committed.map(({ task, data }) => [task, data['by']])).toEqual([
      [1, 'cc-executor'],
      [3, 'cc-executor'],
    ]);
    const delivered = events.filter(({ type }) => type === 'workspace.delivered');
    expect(delivered.at(-1)?.data['commit']).toBe(git(folder, 'rev-parse', `cc-executor/${id}`));
    for (const view of ['', '/status', '/results'])
      expect((await under.call('GET', `/executions/${id}${view}`)).body).toMatchObject({
        delivered: delivered.at(-1)?.data,
      });
    const trailer = git(
      folder,
      'log',
      '-1',
      '--format=%(trailers:key=Receipt,valueonly)',
      `cc-executor/${id}~1`,
    );
    expect(trailer).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has what could not be committed as warnings of its tasks, each once', async () => {
    const folder = usersRepository();
    const id = await under.submit({
      repository: { path: folder },
      tasks: [
        { command: 'truncate -s 5G large' },
        { command: 'echo 2 > two.txt' },
        { command: 'rm -rf .git; echo 3 > three.txt' },
        { command: 'echo 4 > four.txt' },
      ],
    });
    expect((await under.ended(id, 120)).status).toBe('completed');
    const events = await under.events(id);
    const committed = events.filter(({ type }) => type === 'workspace.committed');
    expect(committed.map(({ task }) => task)).toEqual([2, 3, 4]);
    const { results } = await under.results(id);
    const warned = results.map(({ warnings }) =>
      (warnings as { code: string; message: string }[])
        .filter(({ code }) => code === 'not_committed')
        .map(({ message }) => message),
    );
    expect(warned).toEqual([
      [expect.stringContaining('CC_EXECUTOR_SNAPSHOT_FILE_BYTES')],
      [],
      [expect.stringContaining('.git is missing or damaged')],
      [expect.stringContaining('.git is missing or damaged')],
    ]);
    const names = git(folder, 'ls-tree', '-r', '--name-only', `cc-executor/${id}`).split('\n');
    expect(names).toEqual(['code.txt', 'four.txt', 'three.txt', 'two.txt']);
  });

  it('is refused with all that is wrong, and stores nothing', async () => {
    const folder = usersRepository();
    const post = async (repository: unknown, more = {}) =>
      await under.call('POST', '/execute', { tasks: ['x'], repository, ...more });
    const faults = async (...asked: Parameters<typeof post>) => {
      const { status, body } = await post(...asked);
      expect(status).toBe(400);
      return (body as { errors: { path: string; message: string }[] }).errors.map(
        ({ path, message }) => `${path} ${message}`,
      );
    };
    expect(await faults({})).toEqual(['repository needs exactly one of path and url; this has neither']);
    expect(await faults({ path: folder, url: 'https://example.org/x' })).toHaveLength(1);
    expect(await faults({ path: 'relative' })).toEqual(['repository.path must be an absolute path']);
    expect(await faults({ path: folder, ref: 'missing' })).toEqual([
      'repository.ref is not a commit of the repository',
    ]);
    expect(await faults({ path: folder, branch: 'main' })).toEqual([
      'repository.branch is there already, and is not overwritten; name another one',
    ]);
    expect(await faults({ url: 'ext::sh -c true' })).toHaveLength(1);
    expect(await faults({ url: '/etc' })).toHaveLength(1);
    expect(await faults({ url: 'file:///etc' })).toHaveLength(1);
    expect(await faults({ url: 'https://example.org/x', deliver: 'branch' })).toEqual([
      'repository.deliver is "branch", which needs a path',
    ]);
    expect(await faults({ path: folder, include: ['../x'] })).toHaveLength(1);
    expect(await faults({ path: folder }, { workspace: 'named' })).toEqual([
      'workspace excludes repository, whose clone is the workspace',
    ]);
    expect(await faults({ path: join(under.folder, 'data') })).toHaveLength(1);
    const { executions } = (await under.call('GET', '/executions?status=queued')).body as {
      executions: unknown[];
    };
    expect(executions).toEqual([]);
  });

  it('is refused for another user, and for a task, with what to set', async () => {
    const folder = usersRepository();
    const response = await fetch(`${under.stack.apiUrl}/execute`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'cc-executor-lineage': 'some-execution' },
      body: JSON.stringify({ tasks: ['x'], repository: { path: folder } }),
    });
    expect(JSON.stringify(await response.json())).toContain('CC_EXECUTOR_REPOSITORIES');
  });
});

describe('a worker that is killed in the middle of a list for a repository', () => {
  it('is followed by one that continues in the same clone, with the same branch', async () => {
    const folder = usersRepository();
    const before = stateOf(folder);
    const id = await under.submit({
      repository: { path: folder },
      tasks: [
        { name: 'first', command: 'echo 1 > first' },
        { name: 'second', command: 'echo 2 > second; until test -e .git/go-on; do sleep 0.1; done' },
        { name: 'third', command: 'echo 3 > third' },
      ],
    });
    await waitFor(async () => (await under.status(id)).current_task?.includes('second') === true, {
      seconds: 60,
    });
    const { worker } = under.stack.pids();
    if (worker === undefined) throw new Error('there is no worker');
    process.kill(worker, 'SIGKILL');
    writeFileSync(join(under.workspace(id), '.git/go-on'), '');
    expect((await under.ended(id, 120)).status).toBe('completed');
    expect(stateOf(folder)).toEqual(before);
    expect(git(folder, 'log', '--reverse', '--format=%s', `main..cc-executor/${id}`).split('\n')).toEqual([
      'first',
      'second',
      'third',
    ]);
  }, 200_000);
});

describe('a list for a repository at an address', () => {
  const standsAs = async (id: string, status: string) =>
    await waitFor(
      async () => {
        const now = await under.status(id);
        return now.status === status ? now : null;
      },
      { seconds: 60, what: `execution ${id} to be ${status}` },
    );
  const kept = (id: string) =>
    readdirSync(join(under.folder, 'data/repositories'))
      .filter((name) => name.startsWith(id))
      .flatMap((name) => readdirSync(join(under.folder, 'data/repositories', name)));
  const tasks = [{ command: 'test -e code.txt' }];

  // Proves: repository-outage-waits
  it.each(['one after the other', 'at the same time'])(
    'waits while that is out of reach, over the death of its worker, and continues by itself (tasks %s)',
    async (how) => {
      const server = await serveRepository(usersRepository(), 'away');
      const apart = how === 'at the same time' ? [{ command: 'test -e code.txt', needs: [] }] : [];
      const id = await under.submit({ repository: { url: server.url }, tasks: [...tasks, ...apart] });
      const waiting = await standsAs(id, 'waiting');
      expect(waiting).toMatchObject({ reason: 'repository', settled_tasks: 0 });
      expect(Date.parse(waiting.waiting_until ?? '')).toBeGreaterThan(Date.parse(waiting.created_at));
      // Nothing of a try is left that could fill the disk.
      expect(kept(id).filter((name) => name.startsWith('clone-'))).toEqual([]);
      server.become('broken');
      await server.askedAgain();
      server.become('slow');
      await server.askedAgain();
      process.kill(under.stack.pids()['worker'] ?? 0, 'SIGKILL');
      server.become('away');
      await server.askedAgain();
      server.become('serves');
      expect(await under.ended(id)).toMatchObject({ status: 'completed', failed_tasks: 0 });
      const waits = (await under.events(id)).filter(({ type }) => type === 'execution.waiting');
      expect(waits.map(({ data }) => data['reason'])).toEqual(waits.map(() => 'repository'));
      const clones = waits.map(({ data }) => data['clone'] as { since: string; tries: number });
      expect(clones.map(({ tries }) => tries)).toEqual(clones.map((_, index) => index + 1));
      expect(new Set(clones.map(({ since }) => since)).size).toBe(1);
      expect(waits[0]?.data['message']).toContain('could not be cloned');
      const { results } = await under.results(id);
      expect(results.map(({ attempt }) => attempt)).toEqual(results.map(() => 1));
    },
    120_000,
  );

  it('is cancelled, paused and resumed at once while git waits for the server, and no git is left', async () => {
    const server = await serveRepository(usersRepository(), 'slow');
    const repository = { url: server.url };
    const cancelled = await under.submit({ repository, tasks });
    await server.askedAgain();
    await under.call('POST', `/executions/${cancelled}/cancel`);
    expect(await under.ended(cancelled)).toMatchObject({ status: 'cancelled', not_run_tasks: 1 });
    await server.left();
    expect(kept(cancelled).filter((name) => name.startsWith('clone-'))).toEqual([]);

    const paused = await under.submit({ repository, tasks });
    await server.askedAgain();
    await under.call('POST', `/executions/${paused}/pause`);
    await server.left();
    expect(await under.status(paused)).toMatchObject({ status: 'paused' });
    server.become('serves');
    await under.call('POST', `/executions/${paused}/resume`);
    expect(await under.ended(paused)).toMatchObject({ status: 'completed' });
  }, 120_000);

  it.each([
    ['that git may not read', 'closed', '/it.git', null, /repository\.url/],
    ['that is none', 'serves', '/none.git', null, /not found[^]*repository\.url/],
    ['without such a branch', 'serves', '/it.git', 'none', /There is no none in it/],
  ] as const)(
    'ends at once for an address %s, and its report says what to do',
    async (_, manner, path, ref, why) => {
      const server = await serveRepository(usersRepository(), manner);
      const url = server.url.replace('/it.git', path);
      const id = await under.submit({ repository: { url, ...(ref !== null && { ref }) }, tasks });
      expect(await under.ended(id)).toMatchObject({ status: 'failed', reason: expect.stringMatching(why) });
      const events = await under.events(id);
      expect(events.map(({ type }) => type)).not.toContain('execution.waiting');
      expect(events.findLast(({ type }) => type === 'task.skipped')?.data).toEqual({
        reason: 'no_repository',
      });
    },
  );
});
