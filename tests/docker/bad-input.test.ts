import { modelFolder, sharedFolders } from '@cc-executor/sandbox/protocol';
import { startStack } from '@cc-executor/local-stack';
import { waitFor } from '@cc-executor/testkit';
import { chown, copyFile, mkdir, mkdtemp, open, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { commandAgent, type AgentTask } from '@cc-executor/agents';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { boxOf, outcome, shell, TestLauncher } from './launcher/launcher-process.ts';
import { run } from './run.ts';
import { GROUP_ID, USER_ID } from './stack/compose.ts';

// Images and settings that can't work, and processes that do their worst: each ends with an outcome that says why, and the
// next one is not hurt by it.

const setup = inject('setup');
const IMAGES = { foreign: 'bad-foreign:local', bare: 'bad-bare:local', odd: 'bad-odd:local' };
/** Has one program without libraries, under the names of a shell and of some tools: as images with musl, it has no glibc. */
const SMALL = 'bad-small:local';
const NOT_THERE = 'bad-not-there:local';
const ALL = [setup.baseImage, ...Object.values(IMAGES), SMALL, NOT_THERE].join(',');
let folder: string;
let launcher: TestLauncher;
let cwd: string;

const docker = async (...args: string[]) => await run(['docker', '-H', setup.host, ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-bad-'));
  await makeImages();
  await makeSmallImage();
  launcher = await TestLauncher.create(setup.host, ALL);
  await launcher.start({ CC_EXECUTOR_SANDBOX_MEMORY: String(128 * 1024 * 1024) });
  cwd = await launcher.workspace();
  const program = join(launcher.folder, 'launcher/shared/program');
  await mkdir(program, { recursive: true });
  const socket = join(launcher.folder, 'launcher/launcher.sock');
  for (const path of [modelFolder(socket, boxOf()), sharedFolders(socket, boxOf().executionId).files])
    await mkdir(path, { recursive: true });
  // As the worker gives it: a program that needs glibc.
  await copyFile(process.execPath, join(program, 'claude'));
});

afterEach(async () => {
  await waitFor(async () => (await launcher.containers()).length === 0, { what: 'no container to be left' });
  expect(await outcome(shell(launcher.client.launch, cwd, 'echo fine'))).toMatchObject({ stdout: 'fine\n' });
});

afterAll(async () => {
  await launcher.remove();
  for (const image of [...Object.values(IMAGES), SMALL]) await docker('image', 'rm', '--force', image);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function makeImages(): Promise<void> {
  // The start of a program for another kind of processor is all that the kernel looks at.
  const file = await open('/bin/sh');
  const { buffer } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
  await file.close();
  buffer.writeUInt16LE(243, 18);
  await mkdir(join(folder, 'foreign/bin'), { recursive: true });
  await writeFile(join(folder, 'foreign/bin/sh'), buffer, { mode: 0o755 });
  await mkdir(join(folder, 'bare/etc'), { recursive: true });
  await writeFile(join(folder, 'bare/etc/motd'), 'nothing else\n');
  for (const name of ['foreign', 'bare'] as const) {
    const tar = join(folder, `${name}.tar`);
    await run(['tar', '-C', join(folder, name), '-cf', tar, '.']);
    await docker('import', tar, IMAGES[name]);
  }
  await mkdir(join(folder, 'odd'));
  await writeFile(
    join(folder, 'odd/Dockerfile'),
    `FROM ${setup.baseImage}\nENTRYPOINT ["/no/such", "entry"]\nCMD ["false"]\nHEALTHCHECK CMD false\nUSER root\nSTOPSIGNAL SIGKILL\nVOLUME /kept\n`,
  );
  await docker('build', '--tag', IMAGES.odd, join(folder, 'odd'));
}

async function makeSmallImage(): Promise<void> {
  const unpacked = join(folder, 'busybox');
  await run(['apt-get', 'download', 'busybox-static'], { cwd: folder });
  const [deb = ''] = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
  await run(['dpkg-deb', '--extract', join(folder, deb), unpacked]);
  const bin = join(folder, 'small/bin');
  await mkdir(bin, { recursive: true });
  await copyFile(join(unpacked, 'bin/busybox'), join(bin, 'busybox'));
  for (const name of ['sh', 'printf', 'cat', 'sleep']) await symlink('busybox', join(bin, name));
  const tar = join(folder, 'small.tar');
  await run(['tar', '-C', join(folder, 'small'), '-cf', tar, '.']);
  await docker('import', tar, SMALL);
}

const from = async (image: string, command = 'true') =>
  await outcome(shell(launcher.client.launch, cwd, command, { box: boxOf({ image }) }));

describe('an image', () => {
  test('for another kind of machine is named', async () => {
    expect((await from(IMAGES.foreign)).because).toEqual({
      outcome: 'spawn_failed',
      message: `The image ${IMAGES.foreign} has no program /bin/sh that can run: Exec format error.`,
    });
  });

  test('without a shell is named', async () => {
    expect((await from(IMAGES.bare)).because).toEqual({
      outcome: 'spawn_failed',
      message: `The image ${IMAGES.bare} has no program /bin/sh that can run: No such file or directory.`,
    });
  });

  test('without bash, tools and glibc runs commands', async () => {
    const task: AgentTask = {
      executionId: 'x',
      task: 1,
      attempt: 1,
      text: 'echo "$0"; read line < /workspace/given; echo "$line"; exit 3',
      options: {},
      cwd,
      session: null,
      variables: {},
      box: boxOf({ image: SMALL }),
    };
    await writeFile(join(cwd, 'given'), 'of the workspace\n');
    const output: string[] = [];
    const nothing = () => undefined;
    const sink = { given: nothing, event: nothing, alive: nothing, message: nothing };
    const agent = commandAgent({
      launch: launcher.client.launch,
      shell: '/bin/bash',
      allowedCommands: null,
      env: {},
      graceMs: 1000,
    });
    const { ended } = agent.start(task, {
      ...sink,
      output: (_, chunk) => {
        output.push(String(chunk));
        return undefined;
      },
    });
    expect(await ended).toMatchObject({ outcome: 'nonzero_exit', exit_code: 3 });
    expect(output.join('')).toBe('sh\nof the workspace\n');
  });

  test('without glibc says so to what needs it', async () => {
    const box = boxOf({ image: SMALL, agent: true });
    const child = shell(launcher.client.launch, cwd, '', {
      command: '/opt/cc-executor/claude',
      args: [],
      box,
    });
    expect((await outcome(child)).because).toEqual({
      outcome: 'spawn_failed',
      message: `The image ${SMALL} has no glibc, which claude needs: use an image with it, such as one of Debian or Ubuntu. Commands without other hosts run in this one too.`,
    });
  });

  test('that is not there is named, with what to do', async () => {
    const { launch } = launcher.clientWith({ patienceMs: 100 });
    const child = shell(launch, cwd, 'true', { box: boxOf({ image: NOT_THERE }) });
    await expect(child.started).rejects.toThrow(
      `There is no image ${NOT_THERE} on this engine: build or pull it first`,
    );
  });

  test('whose entry point fails, with a user, a health check and its own volume, changes nothing', async () => {
    const volumes = await docker('volume', 'ls', '--quiet');
    const done = await from(IMAGES.odd, 'trap "echo term; exit 5" TERM; id -u; kill -TERM $$; sleep 600');
    expect(done).toMatchObject({ stdout: `${String(USER_ID)}\nterm\n`, code: 5 });
    await expect.poll(async () => await docker('volume', 'ls', '--quiet')).toBe(volumes);
  });
});

describe('a process', () => {
  test('that stops itself is ended all the same', async () => {
    const child = shell(launcher.client.launch, cwd, 'echo up; kill -STOP $$; echo never');
    const ended = outcome(child);
    await child.started;
    await child.end(200);
    expect(await ended).toMatchObject({ stdout: 'up\n', signal: 'SIGKILL' });
  });

  test('that leaves its stdout open in another session is over when it ends', async () => {
    expect(
      await outcome(shell(launcher.client.launch, cwd, 'setsid sleep 86400 & setsid sleep 86400 & echo up')),
    ).toMatchObject({ stdout: 'up\n', code: 0 });
  });

  test('that finds a full disk has its own exit code, and its output is whole', async () => {
    const full = await launcher.workspace();
    await run([
      'mount',
      '-t',
      'tmpfs',
      '-o',
      `size=1m,uid=${String(USER_ID)},gid=${String(GROUP_ID)}`,
      'tmpfs',
      full,
    ]);
    try {
      const done = await outcome(
        shell(
          launcher.client.launch,
          full,
          'head -c 5000000 /dev/zero > file; code=$?; echo end; exit $code',
        ),
      );
      expect(done).toMatchObject({
        stdout: 'end\n',
        stderr: expect.stringContaining('No space left'),
        code: 1,
      });
    } finally {
      await run(['umount', full]);
    }
  });
});

describe('limits', () => {
  test.each([
    { CC_EXECUTOR_SANDBOX_MEMORY: '0' },
    { CC_EXECUTOR_SANDBOX_CPUS: '0' },
    { CC_EXECUTOR_SANDBOX_PIDS: '0' },
    { CC_EXECUTOR_SANDBOX_TMP: '0' },
  ])('of nothing are refused at the start: %j', async (settings) => {
    const other = await TestLauncher.create(setup.host, setup.baseImage);
    await expect(other.start(settings)).rejects.toThrow('ended at once');
    await other.remove();
  });

  test('of a terabyte are taken, and more processors than there are is a reason', async () => {
    const other = await TestLauncher.create(setup.host, setup.baseImage);
    const workspace = await other.workspace();
    await chown(workspace, USER_ID, GROUP_ID);
    const terabyte = String(2 ** 40);
    await other.start({ CC_EXECUTOR_SANDBOX_MEMORY: terabyte, CC_EXECUTOR_SANDBOX_TMP: terabyte });
    expect(await outcome(shell(other.client.launch, workspace, 'echo up'))).toMatchObject({ stdout: 'up\n' });
    await other.stop();
    await other.start({ CC_EXECUTOR_SANDBOX_CPUS: '512' });
    await expect(shell(other.client.launch, workspace, 'true').started).rejects.toThrow(/CPUs is from/);
    await other.remove();
  });
});

test('without an engine the stack says so and does not start', async () => {
  const settings = {
    PATH: process.env['PATH'],
    CC_EXECUTOR_DATA_DIR: join(folder, 'other'),
    CC_EXECUTOR_ISOLATION: 'container',
    CC_EXECUTOR_ENGINE: '/no/such/engine.sock',
    CC_EXECUTOR_API_PORT: '0',
    CC_EXECUTOR_WS_PORT: '0',
  };
  await expect(startStack({ env: settings })).rejects.toThrow(
    'No container engine answers at /no/such/engine.sock',
  );
});
