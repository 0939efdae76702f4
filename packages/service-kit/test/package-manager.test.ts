import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { INSTALLATION_ROOT, withoutPackageManager } from '../src/index.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kit-npm-')));
afterAll(() => rmSync(folder, { recursive: true }));

/** What every shell changes. */
const OF_SHELLS = ['PWD', 'OLDPWD', 'SHLVL', '_'];
const users = (env: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !OF_SHELLS.includes(name)));

test('what npm adds for its scripts is taken away, and nothing of the user’s', () => {
  const project = join(folder, 'project/below');
  mkdirSync(project, { recursive: true });
  const scripts = { show: `node -p 'JSON.stringify(process.env)'` };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'shows', version: '1.0.0', scripts }));
  const others = '/home/somebody/tools/node_modules/.bin';
  const env = {
    HOME: folder,
    PATH: `${others}:${String(process.env['PATH'])}`,
    NPM_CONFIG_FUND: 'false',
    NODE_OPTIONS: '--no-warnings',
    PNPM_HOME: '/home/somebody/pnpm',
    EDITOR: 'ed',
    EMPTY: '',
  };
  const shown = execFileSync('npm', ['run', '--silent', 'show'], { cwd: project, env, encoding: 'utf8' });
  const given = JSON.parse(shown) as Record<string, string>;
  expect(given['npm_lifecycle_event']).toBe('show');
  expect(given['PATH']).toContain(join(project, 'node_modules/.bin'));
  const ours = withoutPackageManager(env)['PATH'];
  expect(users(withoutPackageManager(given))).toEqual(users({ ...env, PATH: ours }));
  expect(ours?.split(':')).toContain(others);
});

test('the programs of this installation are not on the PATH, however it was started', () => {
  const bins = ['', '/packages/cli', '/..'].map((place) => `${INSTALLATION_ROOT}${place}/node_modules/.bin`);
  const env = {
    PATH: [...bins, '/usr/lib/npm/node-gyp-bin', '/usr/bin', '/home/somebody/node_modules/.bin'].join(':'),
    NODE_PATH: `${INSTALLATION_ROOT}/node_modules/.bin/../.pnpm/node_modules:/usr/share/modules`,
    INIT_CWD: INSTALLATION_ROOT,
    npm_config_registry: 'https://registry.example.com',
    NODE: '/opt/node',
  };
  expect(withoutPackageManager(env)).toEqual({
    PATH: '/usr/bin:/home/somebody/node_modules/.bin',
    NODE_PATH: '/usr/share/modules',
    npm_config_registry: 'https://registry.example.com',
    NODE: '/opt/node',
  });
  const byPnpm = { NODE_PATH: `${INSTALLATION_ROOT}/node_modules/.pnpm/node_modules` };
  expect(withoutPackageManager(byPnpm)).toEqual({});
});

test('of what npm sets, what may be the user’s own is dropped only where npm has started this', () => {
  const env = { NODE: '/opt/node', COLOR: '1', EDITOR: 'vi', npm_config_registry: 'https://x.example.com' };
  expect(withoutPackageManager(env)).toEqual(env);
  expect(withoutPackageManager({ ...env, npm_execpath: '/usr/lib/npm.js', COREPACK_ROOT: '/c' })).toEqual({});
  const npx = { PATH: '/home/somebody/.npm/_npx/3ba919bf581bc125/node_modules/.bin:/usr/bin' };
  expect(withoutPackageManager({ ...npx, npm_command: 'exec' })).toEqual({ PATH: '/usr/bin' });
  const yarn = { PATH: '/tmp/yarn--1764373-0.5:/tmp/xfs-1a2b:/usr/bin', BERRY_BIN_FOLDER: '/tmp/xfs-1a2b' };
  expect(withoutPackageManager(yarn)).toEqual({ PATH: '/usr/bin' });
});
