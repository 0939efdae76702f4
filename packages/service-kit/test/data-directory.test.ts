import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { INSTALLATION_ROOT, installationRoot, readConfig, Settings } from '../src/index.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kit-data-')));
afterAll(() => rmSync(folder, { recursive: true }));

const places = Settings.pick({
  CC_EXECUTOR_DATA_DIR: true,
  CC_EXECUTOR_WORKSPACES_DIR: true,
  CC_EXECUTOR_KEYS_DIR: true,
});

/** What an installation in another folder answers: the places by its settings, and what it asks to have moved. */
function askAt(root: string, env: Record<string, string> = {}, cwd = root) {
  const program = `
    import { readConfig, Settings, dataToMove } from '${join(root, 'packages/service-kit/src/index.ts')}';
    const config = readConfig(Settings.pick({ CC_EXECUTOR_DATA_DIR: true }), process.env);
    console.log(JSON.stringify({ data: config.CC_EXECUTOR_DATA_DIR, move: dataToMove(process.env) }));`;
  const given = { PATH: process.env['PATH'], HOME: join(folder, 'home'), ...env };
  const args = ['--input-type=module', '--eval', program];
  const answer = execFileSync(process.execPath, args, { cwd, env: given, encoding: 'utf8' });
  return JSON.parse(answer) as { data: string; move: { from: string; to: string } | null };
}

/** A clone with the sources that settings are read by. */
function cloneAt(name: string): string {
  const root = join(folder, name);
  for (const part of ['pnpm-workspace.yaml', 'packages/service-kit', 'packages/contracts'])
    cpSync(join(INSTALLATION_ROOT, part), join(root, part), { recursive: true, verbatimSymlinks: true });
  symlinkSync(join(INSTALLATION_ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

test.runIf(process.platform !== 'darwin')(
  'without a setting the data is outside of every project, in the place of the user’s state',
  () => {
    const inHome = readConfig(places, { HOME: '/home/somebody' });
    expect(dirname(inHome.CC_EXECUTOR_DATA_DIR)).toBe('/home/somebody/.local/state/cc-executor');
    expect(relative(INSTALLATION_ROOT, inHome.CC_EXECUTOR_DATA_DIR).split(sep)[0]).toBe('..');
    expect(inHome.CC_EXECUTOR_WORKSPACES_DIR).toBe(join(inHome.CC_EXECUTOR_DATA_DIR, 'workspaces'));
    expect(inHome.CC_EXECUTOR_KEYS_DIR).toBe(join(inHome.CC_EXECUTOR_DATA_DIR, 'keys'));
    const inState = readConfig(places, { HOME: '/home/somebody', XDG_STATE_HOME: '/state' });
    expect(dirname(inState.CC_EXECUTOR_DATA_DIR)).toBe('/state/cc-executor');
    const relativeState = readConfig(places, { HOME: '/home/somebody', XDG_STATE_HOME: 'state' });
    expect(relativeState).toEqual(inHome);
  },
);

test.each(['', ' ', 'relative', '~'])(
  'with %j for HOME the data is where the system has the home',
  (home) => {
    const { data } = askAt(INSTALLATION_ROOT, { HOME: home });
    expect(data.startsWith(`${userInfo().homedir}/`)).toBe(true);
  },
);

// Only root can be somebody whom the system does not know.
test.runIf(process.getuid?.() === 0)(
  'a user without any home directory is asked for a data directory',
  () => {
    const program = `
    import { readConfig, Settings } from '${join(INSTALLATION_ROOT, 'packages/service-kit/src/index.ts')}';
    process.setuid(54321);
    try {
      readConfig(Settings.pick({ CC_EXECUTOR_DATA_DIR: true }), process.env);
    } catch (error) {
      console.log(error.name, JSON.stringify(error.faults));
    }`;
    const args = ['--input-type=module', '--eval', program];
    const answer = execFileSync(process.execPath, args, {
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
    });
    expect(answer).toMatch(/^ConfigError \["CC_EXECUTOR_DATA_DIR: must be set/);
  },
);

test.runIf(process.platform !== 'darwin')(
  'each installation has its own data directory, by whatever name it was reached',
  () => {
    const [one, other] = [cloneAt('one'), cloneAt('other/one')];
    symlinkSync(one, join(folder, 'link'));
    const { data } = askAt(one);
    expect(data).toMatch(/\/home\/\.local\/state\/cc-executor\/one-[0-9a-f]{8}$/);
    expect(askAt(other).data).not.toBe(data);
    expect(basename(askAt(other).data)).toMatch(/^one-/);
    expect(askAt(join(folder, 'link')).data).toBe(data);
    expect(askAt(one, {}, tmpdir()).data).toBe(data);
  },
);

test.runIf(process.platform !== 'darwin')(
  'data in the earlier place is used until it is moved, and where to is reported',
  () => {
    const root = cloneAt('with-data');
    const { data: to } = askAt(root);
    const from = join(root, '.cc-executor');
    mkdirSync(join(from, 'logs'), { recursive: true });
    expect(askAt(root)).toEqual({ data: to, move: null });
    writeFileSync(join(from, 'id'), 'an-installation');
    expect(askAt(root)).toEqual({ data: from, move: { from, to } });
    expect(askAt(root, { CC_EXECUTOR_DATA_DIR: '/elsewhere' })).toEqual({ data: '/elsewhere', move: null });
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true });
    expect(askAt(root)).toEqual({ data: to, move: null });
  },
);

test('the folder of an installation is the one of its node_modules, wherever it is called', () => {
  for (const [here, root] of [
    [
      '/home/me/project/node_modules/cc-executor/node_modules/@cc-executor/service-kit/dist',
      '/home/me/project',
    ],
    [
      '/home/me/project/node_modules/.pnpm/cc-executor@1.0.0/node_modules/cc-executor/dist',
      '/home/me/project',
    ],
    ['/usr/lib/node_modules/cc-executor/dist', '/usr/lib'],
    ['/node_modules/cc-executor/dist', '/'],
  ] as const)
    expect(installationRoot(here)).toBe(root);
});
