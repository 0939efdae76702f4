import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rounds } from '@cc-executor/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const MINUTES = 60_000;
/** What brings hundreds of megabytes once more. */
const isNightly = rounds({ short: 0, nightly: 1 }) > 0;
const run = promisify(execFile);
/** Claude Code's own program. */
const CLAUDE = /claude-agent-sdk-(linux|darwin)/;

let top: string;
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'set-up-'));
});
afterAll(async () => {
  await rm(top, { recursive: true, force: true, maxRetries: 10 });
});

/** What git tracks here, as it is now: what a clone has. */
async function freshClone(name: string): Promise<string> {
  const clone = join(top, name);
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 2 ** 26,
  });
  for (const file of stdout.split('\n').filter((line) => line !== ''))
    if (existsSync(join(ROOT, file))) await cp(join(ROOT, file), join(clone, file));
  return clone;
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a script of a clone in this Node, which is the only one on the PATH. */
async function node(
  clone: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: clone,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

/** No registry answers, and nothing was kept of one. */
const NO_REGISTRY = () => ({
  HOME: join(top, 'empty-home'),
  XDG_DATA_HOME: join(top, 'empty-home/data'),
  XDG_CACHE_HOME: join(top, 'empty-home/cache'),
  npm_config_cache: join(top, 'empty-home/npm'),
  npm_config_registry: 'http://127.0.0.1:9',
  npm_config_fetch_retries: '0',
});

/** The bytes of a folder's files; a file with two names counts once. */
async function sizeOf(folder: string, leavesOut: RegExp): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !leavesOut.test(path)) sum += (await stat(path)).size;
  }
  return sum;
}

test(
  'the first start says its size and how long, brings what is needed to run, and the next asks nobody; npx runs it',
  async () => {
    const clone = await freshClone('first');
    const first = await node(clone, ['scripts/set-up/main.mjs', 'run']);
    expect(first).toMatchObject({ code: 0, stdout: '' });
    const [what, ...lines] = first.stderr.split('\n');
    expect(what).toBe('cc-executor: the first start: it brings into node_modules here');
    expect(lines.slice(0, 3)).toEqual([
      '  Claude Code          402 MB',
      '  packages              88 MB',
      'This takes from half a minute to a few minutes, by your network, and is done once.',
    ]);
    expect(first.stderr).toMatch(/cc-executor: set up in \d+ s\.\n$/);

    // This Node is new enough: there is no second one, and no tool of the developers.
    const modules = join(clone, 'node_modules');
    const brought = await readdir(join(modules, '.pnpm'));
    expect(
      brought.filter((name) => /^(node@|typescript@|vitest@|oxlint@|playwright|dockerode@|@grpc)/.test(name)),
    ).toEqual([]);
    expect(existsSync(join(clone, 'packages/dashboard/dist/index.html'))).toBe(true);
    const rest = await sizeOf(modules, CLAUDE);
    expect(rest / 1e6).toBeLessThan(92);

    const again = await node(clone, ['scripts/set-up/main.mjs', 'run'], NO_REGISTRY());
    expect(again).toEqual({ code: 0, stdout: '', stderr: '' });

    const command = await node(clone, ['scripts/set-up/cc-executor.mjs', '--version'], NO_REGISTRY());
    expect(command).toMatchObject({ code: 0, stderr: '' });
    expect(command.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);

    // npm puts the command of the clone itself into its cache, as a link.
    const { stdout } = await run('npx', ['cc-executor', '--version'], {
      cwd: join(clone, 'packages'),
      env: { ...process.env, npm_config_cache: join(top, 'npm-cache'), npm_config_update_notifier: 'false' },
    });
    expect(stdout).toBe(command.stdout);
  },
  10 * MINUTES,
);

const isMeasured = process.platform === 'linux' && process.arch === 'x64';
test.runIf(isMeasured)('the sizes that it says are those that it brings', async () => {
  const modules = join(top, 'first/node_modules');
  const rest = await sizeOf(modules, CLAUDE);
  expect(rest / 1e6).toBeCloseTo(88, -1);
  expect(((await sizeOf(modules, /^$/)) - rest) / 1e6).toBeCloseTo(402, -2);
});

// Of the folder that the first test has set up.
test.runIf(isNightly)(
  'what starts containers is brought where a setting asks for them, and the demo needs no more than a start',
  async () => {
    const clone = join(top, 'first');
    await writeFile(join(clone, '.env'), '# for the night\nCC_EXECUTOR_ISOLATION="container"\n');
    const more = await node(clone, ['scripts/set-up/main.mjs', 'run']);
    expect(more.stderr.split('\n').slice(0, 2)).toEqual([
      'cc-executor: more is needed now: it brings into node_modules here',
      '  for containers        13 MB',
    ]);
    expect(more.code).toBe(0);
    expect(more.stderr).not.toMatch(/Claude Code|minute/);
    await rm(join(clone, '.env'));
    expect(await node(clone, ['scripts/set-up/main.mjs', 'run'], NO_REGISTRY())).toMatchObject({
      stderr: '',
    });

    await appendFile(join(clone, 'pnpm-workspace.yaml'), '\n# changed\n');
    const changed = await node(clone, ['scripts/set-up/main.mjs', 'run']);
    expect(changed.stderr).toMatch(
      /^cc-executor: what it needs has changed: .*\ncc-executor: set up in \d+ s\.\n$/,
    );

    const demo = await node(clone, ['examples/demo/main.ts']);
    expect(demo.stdout).toMatch(/\ncompleted: 3\/3 tasks completed\n$/);
    const { scripts } = JSON.parse(await readFile(join(clone, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts['predemo']).toBe(scripts['prestart']);
  },
  10 * MINUTES,
);

test(
  'where setting up fails, the reason is shown, and nothing counts as done',
  async () => {
    const clone = await freshClone('refused');
    for (const script of [
      ['scripts/set-up/main.mjs', 'run'],
      ['scripts/set-up/cc-executor.mjs', 'list'],
    ]) {
      const { code, stdout, stderr } = await node(clone, script, NO_REGISTRY());
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^cc-executor: the first start/);
      expect(stderr).toMatch(/cc-executor: setting up failed after \d+ s:\n[^]*(ECONNREFUSED|127\.0\.0\.1)/);
      expect(stderr).toMatch(/Nothing was started\. .*run the same again/);
    }
  },
  5 * MINUTES,
);

/** Has a program take the Node that runs it for an older one. */
async function asNode(version: string): Promise<string[]> {
  const preload = join(top, `node-${version}.cjs`);
  const versions = `{ ...process.versions, node: '${version}' }`;
  await writeFile(
    preload,
    `Object.defineProperties(process, { version: { value: 'v${version}' }, versions: { value: ${versions} } });`,
  );
  return ['--require', preload];
}

test.runIf(isNightly)(
  'a folder that has brought its own Node keeps it when what it needs changes, whichever Node runs the set-up',
  async () => {
    const clone = await freshClone('own-node');
    const setUp = ['scripts/set-up/main.mjs', 'run'];
    expect(await node(clone, [...(await asNode('20.20.2')), ...setUp])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('  Node 24              127 MB\n'),
    });
    const own = join(clone, 'node_modules/.bin/node');
    await appendFile(join(clone, 'pnpm-workspace.yaml'), '\n# changed\n');
    const { stderr } = await run(own, setUp, { cwd: clone });
    expect(stderr).toMatch(/^cc-executor: what it needs has changed/);
    expect((await run(own, ['--version'])).stdout).toBe('v24.21.0\n');
  },
  10 * MINUTES,
);

test('an older Node than 20 gets the name of the one that is needed', async () => {
  const clone = await freshClone('old');
  const old = await asNode('18.20.0');
  const { code, stderr } = await node(clone, [...old, 'scripts/set-up/main.mjs', 'run']);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'cc-executor needs Node 20 or newer, and this is v18.20.0: https://nodejs.org\n',
  });
});
