import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { bringImages } from './images/build.ts';
import { run } from './run.ts';
import { GROUP_ID, TAG, USER_ID } from './stack/compose.ts';

const setup = inject('setup');
beforeAll(async () => await bringImages(setup));
const FOLDERS = { data: '/data', workspaces: '/workspaces', claude: '/host/.claude' };

async function folders(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'cc-executor-prepare-'));
  onTestFinished(async () => await rm(root, { recursive: true, maxRetries: 10 }));
  for (const name of Object.keys(FOLDERS)) await mkdir(join(root, name));
  return root;
}

/** Runs it as docker-compose.yml does, with the folders below `root`. */
async function prepare(root: string, user = USER_ID): Promise<string> {
  const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'SETUID', 'SETGID'].flatMap((name) => ['--cap-add', name]);
  const mounts = Object.entries(FOLDERS).flatMap(([name, path]) => ['-v', `${join(root, name)}:${path}`]);
  const env = ['-e', `CC_EXECUTOR_UID=${String(user)}`, '-e', `CC_EXECUTOR_GID=${String(GROUP_ID)}`];
  const how = ['--rm', '--user', 'root', '--network', 'none', '--cap-drop', 'ALL', ...capabilities];
  return await run([setup.docker, 'run', ...how, ...mounts, ...env, `cc-executor-prepare:${TAG}`], {
    env: { DOCKER_HOST: setup.host },
  });
}

test('empty folders are given to the user', async () => {
  const root = await folders();
  await prepare(root);
  for (const name of Object.keys(FOLDERS))
    expect(await stat(join(root, name))).toMatchObject({ uid: USER_ID, gid: GROUP_ID });
});

test.runIf(process.getuid?.() === 0)('a folder that somebody else uses is left alone, and told', async () => {
  const root = await folders();
  const claude = join(root, 'claude');
  await writeFile(join(claude, 'settings.json'), '{}');
  await chown(claude, 4321, 4322);
  await chmod(claude, 0o700);
  await expect(prepare(root)).rejects.toThrow('/host/.claude belongs to 4321:4322');
  expect(await stat(claude)).toMatchObject({ uid: 4321, gid: 4322, mode: 0o40700 });
});

test('numbers that the images were not built for are reported', async () => {
  const message = `were built for the user ${String(USER_ID)}:${String(GROUP_ID)}`;
  await expect(prepare(await folders(), USER_ID + 1)).rejects.toThrow(message);
});

test('root is refused', async () => {
  await expect(prepare(await folders(), 0)).rejects.toThrow('agents refuse to run as root');
});
