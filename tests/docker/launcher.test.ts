import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chown, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { waitFor } from '@cc-executor/testkit';
import { boxOf, outcome, shell, TestLauncher } from './launcher/launcher-process.ts';
import { GROUP_ID, USER_ID } from './stack/compose.ts';

const setup = inject('setup');
const isNightly = process.env['CC_TEST_NIGHTLY'] === '1';
const MEMORY = 128 * 1024 * 1024;
let launcher: TestLauncher;
let cwd: string;

beforeAll(async () => {
  launcher = await TestLauncher.create(setup.host, setup.baseImage);
  await launcher.start({
    CC_EXECUTOR_SANDBOX_MEMORY: String(MEMORY),
    CC_EXECUTOR_SANDBOX_PIDS: '64',
    CC_EXECUTOR_SANDBOX_TMP: String(64 * 1024 * 1024),
  });
  cwd = await launcher.workspace();
});

afterEach(async () => {
  await waitFor(async () => (await launcher.containers()).length === 0, { what: 'no container to be left' });
});

afterAll(async () => {
  await launcher.remove();
});

const sizesFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, step) => first + step * 48_000);

const run = async (command: string, more: Parameters<typeof shell>[3] = {}) =>
  await outcome(shell(launcher.client.launch, cwd, command, more));

describe('a process in a container', () => {
  test('has its own output, exit code, environment and workspace', async () => {
    const command = 'echo "$WORD"; pwd; echo err >&2; echo made > made; ls /workspace; exit 7';
    expect(await run(command, { env: { WORD: 'given' } })).toEqual({
      stdout: `given\n${cwd}\nmade\n`,
      stderr: 'err\n',
      code: 7,
      signal: null,
      because: null,
      note: null,
    });
    expect(await readFile(join(cwd, 'made'), 'utf8')).toBe('made\n');
    expect(await lstat(join(cwd, 'made'))).toMatchObject({ uid: USER_ID, gid: GROUP_ID });
  });

  // Proves: nothing-but-the-workspace
  test('has no network, no right, no other process and nothing to write on but its own', async () => {
    const { stdout } = await run(
      [
        'ls /sys/class/net',
        'grep -E "^(CapEff|CapPrm|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status | tr -d "\\t\\n"; echo',
        'ls -d /proc/[0-9]* | wc -l',
        'touch /etc/x 2>/dev/null || echo read-only',
        'echo "echo ran" > /tmp/p; chmod +x /tmp/p; /tmp/p',
        'touch "$HOME/y" && echo home',
        'ls -a /workspace/..  | grep -c docker.sock',
        'id -u; id -g; ulimit -c',
      ].join('; '),
    );
    const [net, status, count, ...rest] = stdout.trim().split('\n');
    expect(net).toBe('lo');
    expect(status).toBe(
      'CapPrm:0000000000000000CapEff:0000000000000000CapBnd:0000000000000000NoNewPrivs:1Seccomp:2',
    );
    expect(Number(count)).toBeLessThan(6);
    expect(rest).toEqual(['read-only', 'ran', 'home', '0', String(USER_ID), String(GROUP_ID), '0']);
  });

  // Only root can mount something, and another engine may not see it.
  test.runIf(process.getuid?.() === 0 && setup.isOwn)(
    'writes nowhere below a folder that it may only read, also where something is mounted there',
    async () => {
      const below = join(cwd, 'below');
      await mkdir(below);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=777', 'tmpfs', below]);
      try {
        await writeFile(join(below, 'there'), '');
        const command = 'ls below; echo x > below/x; echo x > /workspace/below/x';
        expect(await run(command, { box: boxOf({ readOnly: true }) })).toMatchObject({ stdout: '' });
        expect(await readdir(below)).toEqual(['there']);
      } finally {
        execFileSync('umount', [below]);
      }
    },
  );

  test('reads its input to the end, and loses no byte of it or of its output', async () => {
    const input = Buffer.alloc(3_000_000, 'abcdefghij\n');
    const child = shell(launcher.client.launch, cwd, 'cat; sha256sum >&2 </dev/null', { stdin: 'pipe' });
    child.stdin?.end(input);
    const { stdout, code } = await outcome(child);
    expect(code).toBe(0);
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(
      createHash('sha256').update(input).digest('hex'),
    );
  });

  test('waits for a stopped reader, and is ended all the same', async () => {
    const child = shell(launcher.client.launch, cwd, 'yes 0123456789 | head -c 60000000; echo all > written');
    await child.started;
    await waitFor(() => child.stdout.readableLength > 0);
    await delay(300);
    expect(await readFile(join(cwd, 'written'), 'utf8').catch(() => null)).toBeNull();
    const over = child.end(0);
    // The reader takes what is left only now.
    const bytes = (await buffer(child.stdout)).length;
    await over;
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(60_000_000);
    expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  test('loses nothing to a reader that is slow', async () => {
    const child = shell(launcher.client.launch, cwd, 'yes 0123456789 | head -c 20000000');
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of child.stdout) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes % 7 === 0) await delay(1);
    }
    expect(bytes).toBe(20_000_000);
    const all = Buffer.alloc(20_000_000, '0123456789\n');
    expect(hash.digest('hex')).toBe(createHash('sha256').update(all).digest('hex'));
  });

  // The engine gives up what it has read and could not hand on two seconds after the end of a process.
  test('loses nothing to a reader that is stopped while it ends', async () => {
    // Of one of these sizes the end is on its way when the process ends.
    const sizes = isNightly ? sizesFrom(600_000, 64) : sizesFrom(1_900_000, 16);
    const all = sizes.map(async (size) => {
      const child = shell(launcher.client.launch, cwd, `yes 0123456789 | head -c ${String(size)}`);
      await child.started;
      await delay(5000);
      return (await outcome(child)).stdout.length;
    });
    expect(await Promise.all(all)).toEqual(sizes);
  });

  test('that ends while nothing can be read is whole, or counts as lost', async () => {
    const sizes = sizesFrom(700_000, 24);
    const all = sizes.map(async (size) => {
      const child = shell(
        launcher.client.launch,
        cwd,
        `until [ -e go ]; do sleep 0.05; done; yes | head -c ${String(size)}`,
      );
      await child.started;
      return child;
    });
    const children = await Promise.all(all);
    launcher.signal('SIGSTOP');
    await writeFile(join(cwd, 'go'), '');
    await delay(5000);
    launcher.signal('SIGCONT');
    const done = await Promise.all(children.map(outcome));
    const faults = done.map(({ stdout, code, because }, index) =>
      because?.outcome === 'worker_lost' || (code === 0 && stdout.length === sizes[index])
        ? null
        : { size: sizes[index], had: stdout.length, code, because },
    );
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
    await rm(join(cwd, 'go'));
  });

  test('is paused with all that it has started, and continues', async () => {
    const child = shell(
      launcher.client.launch,
      cwd,
      'setsid sh -c "while :; do date +%s%N > tick; sleep 0.05; done" & sleep 600',
    );
    const tick = async () => await readFile(join(cwd, 'tick'), 'utf8').catch(() => '');
    await waitFor(async () => (await tick()) !== '');
    await child.pause();
    const before = await tick();
    await delay(500);
    expect(await tick()).toBe(before);
    await child.resume();
    await waitFor(async () => (await tick()) !== before);
    await child.pause();
    await child.end(60_000);
    expect((await child.exited).signal).toMatch(/^SIG(TERM|KILL)$/);
  });

  test('is ended with all that it has started, however that resists', async () => {
    const child = shell(
      launcher.client.launch,
      cwd,
      `trap '' TERM; for i in 1 2 3 4 5; do setsid sh -c "trap '' TERM; while :; do date +%N > alive-$i; sleep 0.02; done" & done; wait`,
    );
    const alive = async () => await readFile(join(cwd, 'alive-5'), 'utf8').catch(() => '');
    await waitFor(async () => (await alive()) !== '');
    expect(await child.end(100)).toEqual([]);
    const last = await alive();
    await delay(200);
    expect(await alive()).toBe(last);
  });

  test.runIf(isNightly)('is ended, and paused, also when that is asked for before it runs', async () => {
    const early = shell(launcher.client.launch, cwd, 'sleep 600');
    expect(await early.end(0)).toEqual([]);
    await expect.poll(async () => await launcher.containers()).toEqual([]);
    const child = shell(launcher.client.launch, cwd, 'while :; do date +%s%N > paced; sleep 0.05; done');
    await child.pause();
    await child.started;
    const paced = async () => await readFile(join(cwd, 'paced'), 'utf8').catch(() => '');
    const stands = async () => {
      const before = await paced();
      await delay(300);
      return before === (await paced());
    };
    await waitFor(stands, { what: 'it to stand still' });
    await child.resume();
    await waitFor(async () => !(await stands()), { what: 'it to continue' });
    await child.end(0);
  });

  test('gets a signal', async () => {
    const child = shell(
      launcher.client.launch,
      cwd,
      `trap 'echo got; exit 3' INT; echo up; while :; do sleep 0.05; done`,
    );
    const { promise: isUp, resolve } = Promise.withResolvers<void>();
    child.stdout.once('data', () => resolve());
    await isUp;
    expect(await child.signal('SIGINT')).toBe(true);
    expect(await child.exited).toMatchObject({ code: 3 });
    expect(await child.signal('SIGINT')).toBe(false);
  });

  test('that ends by a signal, or with its number, says which exit code there was', async () => {
    expect(await run('kill -9 $$')).toMatchObject({
      code: 137,
      signal: null,
      note: 'That is what SIGKILL leaves, too.',
    });
    expect(await run('exit 137')).toMatchObject({ code: 137, signal: null, because: null });
  });

  test('that takes all memory is ended for that, and says so', async () => {
    const { because, signal } = await run('exec tail /dev/zero');
    expect(because).toMatchObject({ outcome: 'out_of_memory' });
    expect([because?.message, signal]).toEqual([expect.stringContaining(String(MEMORY)), 'SIGKILL']);
    const child = await run('sh -c "tail /dev/zero"; exit 3');
    expect(child).toMatchObject({ code: 3, because: null, note: expect.stringContaining('out of memory') });
  });

  test('that starts processes without end, or fills /tmp, hurts nobody else', async () => {
    const bomb = shell(launcher.client.launch, cwd, ':(){ :|:& };: 2>/dev/null; while :; do sleep 1; done');
    await bomb.started;
    expect(await run('echo fine')).toMatchObject({ stdout: 'fine\n', code: 0 });
    await bomb.end(0);
    expect(await run('head -c 100000000 /dev/zero > /tmp/full || echo refused')).toMatchObject({
      stdout: 'refused\n',
    });
    expect(await run('kill -9 1; kill -STOP 1; echo lives')).toMatchObject({ stdout: 'lives\n', code: 0 });
  });
});

test('a program that the image does not have is named', async () => {
  const { because } = await run('true', { command: '/no/such/shell' });
  expect(because).toEqual({
    outcome: 'spawn_failed',
    message: `The image ${setup.baseImage} has no program /no/such/shell that can run: No such file or directory.`,
  });
});

describe('the launcher refuses', () => {
  test.each([
    ['a folder outside', () => '/etc', /is not a workspace below/],
    ['the root of the workspaces', () => join(launcher.folder, 'workspaces'), /is not a workspace below/],
    ['its own folder', () => `${launcher.folder}/workspaces/../launcher`, /without/],
    ['a folder that is not there', () => join(launcher.folder, 'workspaces', 'none'), /does not exist/],
  ])('%s', async (_, path, message) => {
    const child = shell(launcher.client.launch, path(), 'true');
    await expect(child.started).rejects.toThrow(message);
    expect(await child.exited).toMatchObject({ code: null, signal: null });
  });

  test('a link in the place of a workspace', async () => {
    const path = join(launcher.folder, 'workspaces', `link-${randomUUID()}`);
    await symlink('/etc', path);
    await expect(shell(launcher.client.launch, path, 'true').started).rejects.toThrow(
      'A link was put in the way',
    );
  });

  test('an image that is not allowed, and a folder that was not shared', async () => {
    const start = async (more: Parameters<typeof shell>[3]) =>
      await shell(launcher.client.launch, cwd, 'true', more).started;
    await expect(start({ box: boxOf({ image: 'debian:12' }) })).rejects.toThrow('is not allowed');
    await expect(start({ box: boxOf({ folders: [{ path: '/root', write: false }] }) })).rejects.toThrow(
      'CC_EXECUTOR_SANDBOX_DIRS',
    );
  });

  test('to write in a folder beside the workspace, where the owner has not said so', async () => {
    const shared = join(launcher.folder, 'shared');
    const [outer, inner] = [join(shared, 'outer'), join(shared, 'outer', 'inner')];
    await mkdir(inner, { recursive: true });
    for (const folder of [outer, inner]) await chown(folder, USER_ID, GROUP_ID);
    await launcher.stop();
    await launcher.start({
      CC_EXECUTOR_SANDBOX_MEMORY: String(MEMORY),
      CC_EXECUTOR_SANDBOX_DIRS: `${shared},${inner}:rw`,
    });
    const folders = [outer, inner].map((path) => ({ path, write: true }));
    const command = `echo x > ${inner}/x && cat ${inner}/x; echo y > ${outer}/y || echo refused`;
    expect(await run(command, { box: boxOf({ folders }) })).toMatchObject({ stdout: 'x\nrefused\n' });
    const read = { path: inner, write: false };
    expect(await run(`echo z > ${inner}/z`, { box: boxOf({ folders: [read] }) })).not.toMatchObject({
      code: 0,
    });
  });

  test.each([
    { uid: USER_ID + 1, gid: GROUP_ID },
    { uid: USER_ID, gid: GROUP_ID + 1 },
  ])('the numbers of another user: %j', async (user) => {
    const { launch } = launcher.clientWith({ user });
    await expect(shell(launch, cwd, 'true').started).rejects.toThrow('No container runs as the user');
  });

  test('what a lost worker starts late', async () => {
    const executionId = randomUUID();
    const old = shell(launcher.client.launch, cwd, 'sleep 600', {
      box: boxOf({ executionId, generation: 4 }),
    });
    await old.started;
    const [container] = await launcher.containers(executionId);
    expect(await launcher.client.endLeftovers(executionId, 5)).toEqual([container]);
    await expect.poll(async () => await launcher.containers(executionId)).toEqual([]);
    expect(await old.exited).toMatchObject({ code: expect.any(Number) });
    const late = shell(launcher.client.launch, cwd, 'true', { box: boxOf({ executionId, generation: 4 }) });
    await expect(late.started).rejects.toThrow('Another worker has this execution now');
    expect(await run('true', { box: boxOf({ executionId, generation: 5 }) })).toMatchObject({ code: 0 });
  });
});

// Proves: container-ends
describe('nothing is left', () => {
  test('when the launcher is killed: the attempt is lost, and its container ended by the next launcher', async () => {
    const child = shell(launcher.client.launch, cwd, 'echo up; sleep 600');
    await child.started;
    await launcher.stop('SIGKILL');
    expect(await launcher.containers()).toHaveLength(1);
    await launcher.start({ CC_EXECUTOR_SANDBOX_MEMORY: String(MEMORY) });
    expect(await outcome(child)).toMatchObject({ because: { outcome: 'worker_lost' } });
    await expect.poll(async () => await launcher.containers()).toEqual([]);
    expect(await run('echo again')).toMatchObject({ stdout: 'again\n', code: 0 });
  });

  test('when the launcher is asked to stop', async () => {
    const child = shell(launcher.client.launch, cwd, 'sleep 600');
    await child.started;
    await launcher.stop();
    await expect.poll(async () => await launcher.containers()).toEqual([]);
    await launcher.start({ CC_EXECUTOR_SANDBOX_MEMORY: String(MEMORY) });
    await child.exited;
  });
});
