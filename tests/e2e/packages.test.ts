import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { rounds } from '@cc-executor/testkit';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { undocumentedFields } from './undocumented-fields.ts';

const ROOT = join(import.meta.dirname, '../..');
const PUBLISHED = {
  contracts: { folder: 'packages/contracts', pack: ['npx', '--yes', 'pnpm@12.21.0', 'pack'] },
  sdk: { folder: 'packages/sdk', pack: ['npx', '--yes', 'pnpm@12.21.0', 'pack'] },
  // Put together by the build, with what it bundles.
  command: { folder: 'packages/cli/dist/cc-executor', pack: ['npm', 'pack', '--silent'] },
} as const;
/** The oldest that is served; each night also the one that everything else here runs on. */
const NODES = ['22.23.3', ...(rounds({ short: 0, nightly: 1 }) > 0 ? ['24.21.0'] : [])];
/** The largest tarball of the command, in bytes; the page is a tenth of it. */
const COMMAND_BYTES = 1.375 * 1024 * 1024;
const run = promisify(execFile);
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2024', 'esnext.disposable'],
    strict: true,
    // Node's own types, which who uses Node has; some of what we depend on is not clean with the newest.
    typeRoots: [join(ROOT, 'node_modules/@types')],
    types: ['node'],
    skipLibCheck: true,
  },
  files: ['main.ts'],
});

let folder: string;
const tarballs = new Map<string, string>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-packages-'));
  await run('npm', ['run', '--silent', 'build:packages'], { cwd: ROOT });
  for (const [name, { folder: from, pack }] of Object.entries(PUBLISHED)) {
    const to = join(folder, name);
    await mkdir(to);
    const [program, ...args] = pack;
    await run(program, [...args, '--pack-destination', to], { cwd: join(ROOT, from) });
    const [tarball = ''] = await readdir(to);
    tarballs.set(name, join(to, tarball));
  }
}, 300_000);
afterAll(async () => {
  await rm(folder, { recursive: true, maxRetries: 10 });
});

it.each(Object.keys(PUBLISHED))(
  '%s is packed so that publint and are-the-types-wrong find nothing',
  async (name) => {
    const bytes = new Uint8Array(await readFile(tarballs.get(name) ?? ''));
    const { messages, pkg } = await publint({ pack: { tarball: bytes.slice().buffer } });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    const checked = await checkPackage(createPackageFromTarballData(bytes));
    const problems = checked.types ? checked.problems : ['it has no types'];
    // What the tool calls the profile "esm-only": Node 22 can require such a package, and older ones are not served.
    const others = problems.filter(
      (problem) =>
        typeof problem === 'string' ||
        !('resolutionKind' in problem) ||
        problem.resolutionKind === 'node16-esm' ||
        problem.resolutionKind === 'bundler',
    );
    expect(others).toEqual([]);
  },
);

it.each(
  Object.entries({ contracts: '@cc-executor/contracts', sdk: '@cc-executor/sdk', command: 'cc-executor' }),
)('%s is ready to be published', async (name, published) => {
  const of = (file: string) => run('tar', ['-xzOf', tarballs.get(name) ?? '', `package/${file}`]);
  const manifest = (await of('package.json')).stdout;
  expect(JSON.parse(manifest)).toMatchObject({ name: published, license: 'Apache-2.0', type: 'module' });
  expect(JSON.parse(manifest)).not.toHaveProperty('private');
  expect(JSON.parse(manifest)).toHaveProperty('description');
  // Of this one the sources count where it is a workspace, and what is built where it is installed.
  const { sideEffects, ...rest } = JSON.parse(manifest) as Record<string, unknown>;
  expect(JSON.stringify(rest)).not.toMatch(/workspace:|catalog:|\.\/src\//);
  expect(Array.isArray(sideEffects) ? sideEffects : ['./dist/']).toContainEqual(
    expect.stringMatching(/^\.\/dist\//),
  );
  expect((await of('README.md')).stdout).toContain(`# ${published}\n`);
  expect((await of('LICENSE')).stdout).toContain('Apache License');
});

it('the client is also one file, with nothing to fetch beside it', async () => {
  const args = ['-xzOf', tarballs.get('sdk') ?? '', 'package/dist/browser.js'];
  const { stdout } = await run('tar', args);
  expect(stdout).toMatch(
    /^\/\*! @cc-executor\/sdk [\d.]+ \| Apache-2\.0 \| contains eventsource-parser, MIT License /,
  );
  expect(stdout).not.toMatch(/\bimport\b\s*[{(*"']|\bfrom\s*["']/);
  expect(stdout.length).toBeLessThan(40 * 1024);
});

it('the command is small', async () => {
  expect((await stat(tarballs.get('command') ?? '')).size).toBeLessThan(COMMAND_BYTES);
});

it('the command brings a list of everything that is installed with it', async () => {
  const stage = join(ROOT, PUBLISHED.command.folder);
  const read = async (name: string) => JSON.parse(await readFile(join(stage, name), 'utf8')) as unknown;
  const { dependencies } = (await read('package.json')) as { dependencies: Record<string, string> };
  const text = JSON.stringify(await read('sbom.cdx.json'));
  const sbom = JSON.parse(text) as {
    bomFormat: string;
    components: { purl: string; version: string; licenses?: unknown[]; hashes?: unknown[] }[];
  };
  expect(sbom.bomFormat).toBe('CycloneDX');
  const listed = sbom.components.map(({ purl }) => decodeURIComponent(purl));
  expect(Object.keys(dependencies)).not.toEqual([]);
  for (const [name, version] of Object.entries(dependencies))
    expect(listed).toContain(`pkg:npm/${name}@${version}`);
  // More than is asked for by itself: what that asks for, too.
  expect(listed.length).toBeGreaterThan(Object.keys(dependencies).length * 2);
  expect(text).not.toContain(ROOT);
  const { stdout } = await run('tar', ['-tzf', tarballs.get('command') ?? '']);
  expect(stdout).toContain('package/sbom.cdx.json');
});

/** The folder of a Node of this version, from the registry. */
async function nodeOf(version: string): Promise<string> {
  const args = ['--yes', `--package=node@${version}`, '--', 'node', '-p', 'process.execPath'];
  return dirname((await run('npx', args)).stdout.trim());
}

describe.each(NODES)('with Node %s, in an empty project', (version) => {
  let project: string;
  let path: string;
  beforeAll(async () => {
    path = `${await nodeOf(version)}:${String(process.env['PATH'])}`;
    project = join(folder, `project-${version}`);
    await mkdir(join(project, 'home'), { recursive: true });
    await writeFile(join(project, 'package.json'), '{"private":true,"type":"module"}');
    // Without Claude Code, which is 360 MB, and is asked for by none of this.
    const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--omit=optional'];
    const env = { ...process.env, PATH: path };
    await run('npm', [...install, ...tarballs.values()], { cwd: project, env });
  }, 300_000);

  /** Of the Python client, with what Python brings alone: the command is found on the PATH, started, asked and ended. */
  const LOCAL = `
import json, urllib.request
from cc_executor._local import LocalServer
server = LocalServer()
with urllib.request.urlopen(server.url + "/health") as answer:
    print(json.load(answer)["status"], len(server.pids()))
server.close()
`;

  const inProject = async (program: string, ...args: string[]) => {
    const env = {
      PATH: `${join(project, 'node_modules/.bin')}:${path}`,
      PYTHONPATH: join(ROOT, 'clients/python/src'),
      HOME: join(project, 'home'),
      CC_EXECUTOR_API_PORT: '0',
      CC_EXECUTOR_WS_PORT: '0',
    };
    const ended = run(program, args, { cwd: project, env });
    const { stdout, stderr } = await ended.catch((error: Error & Awaited<typeof ended>) => error);
    return { stdout, stderr, code: ended.child.exitCode };
  };

  // Proves: installs-from-packages
  it('the command starts its server, runs a task, and stops it', async () => {
    expect((await inProject('node', '--version')).stdout).toBe(`v${version}\n`);
    const start = await inProject('npx', 'cc-executor', 'server', 'start', '--detach');
    expect(start).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Running at http/) });
    try {
      const ended = await inProject('npx', 'cc-executor', 'run', 'echo from a tarball; exit 7');
      expect(ended).toMatchObject({ code: 7, stdout: 'from a tarball\n' });
      const rows = await inProject('npx', 'cc-executor', 'history', 'export', '--format', 'jsonl');
      expect(JSON.parse(rows.stdout)).toMatchObject({ outcome: 'nonzero_exit', exit_code: 7 });
    } finally {
      expect(await inProject('npx', 'cc-executor', 'server', 'stop')).toMatchObject({ code: 0 });
    }
    const { settings } = JSON.parse(
      (await inProject('npx', 'cc-executor', 'config', 'show', '--json')).stdout,
    ) as {
      settings: { name: string; value: string }[];
    };
    const data = settings.find(({ name }) => name === 'CC_EXECUTOR_DATA_DIR')?.value ?? '';
    expect(data.startsWith(join(project, 'home'))).toBe(true);
    expect(await readdir(data)).toContain('executions');
    expect(await readdir(project)).not.toContain('.cc-executor');
  });

  it('the Python client starts a private server by the command', async () => {
    expect(await inProject('python3', '-c', LOCAL)).toMatchObject({ code: 0, stdout: 'healthy 4\n' });
  });

  it('the client starts a private server, and talks to it', async () => {
    const program = `import { CcExecutor } from 'cc-executor/local';
import { ccExecute, CcExecutor as Client } from '@cc-executor/sdk';
await using local = await CcExecutor.local({ env: process.env });
const client = new Client({ url: local.url });
console.log(await ccExecute({ command: 'echo from a tarball' }, { client }));`;
    await writeFile(join(project, 'main.ts'), program);
    await writeFile(join(project, 'tsconfig.json'), TSCONFIG);
    await run(join(ROOT, 'node_modules/.bin/tsc'), ['--project', project]);
    expect(await inProject('node', 'main.js')).toMatchObject({ code: 0, stdout: 'from a tarball\n\n' });
  });

  it('an editor shows a text for every option and every field of a result', async () => {
    const hover = join(project, 'hover');
    await mkdir(hover);
    await writeFile(
      join(hover, 'main.ts'),
      `import type * as sdk from '@cc-executor/sdk';\nexport type { sdk };`,
    );
    await writeFile(join(hover, 'tsconfig.json'), TSCONFIG);
    const { fields, without } = undocumentedFields(hover);
    expect(fields).toEqual(expect.arrayContaining(['ExecuteOptions.max_budget_usd', 'StatusView.progress']));
    expect(without).toEqual([]);
  });
});
