import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusedVersion, releaseEdits, versionOf } from './release/edits.ts';

// Makes everything that is published, in dist/release: the packages of npm, the Python client, and their checksums.
//   npm run release            of the version that stands in the files; nothing else changes
//   npm run release -- 1.2.3   with this version and today's date written into them first
// It publishes nothing: it prints the commands for that.

const ROOT = join(import.meta.dirname, '..');
const TO = join(ROOT, 'dist/release');
const [wanted, ...rest] = process.argv.slice(2);

const now = await versionOf(ROOT);
const refusal = rest.length > 0 ? 'One version is enough.' : wanted && refusedVersion(wanted, now);
if (refusal) fail(refusal);
const changed = execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' }).trim();
if (changed !== '') fail(`A release contains only what is committed, and these changes are not:\n${changed}`);

// An interruption ends the step that runs, which fails, and the files are as they were.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const version = wanted ?? now;
const before = new Map<string, string>();
try {
  if (wanted !== undefined)
    for (const [file, text] of await releaseEdits(ROOT, version, new Date().toISOString().slice(0, 10))) {
      before.set(file, await readFile(join(ROOT, file), 'utf8'));
      await writeFile(join(ROOT, file), text);
    }
  run('npm', ['run', '--silent', 'check']);
  run('npm', ['run', '--silent', 'audit']);
  run('npm', ['run', '--silent', 'build:packages']);
  await rm(TO, { recursive: true, force: true });
  await mkdir(TO, { recursive: true });
  for (const name of ['contracts', 'sdk'])
    run('npx', ['--yes', 'pnpm@12.21.0', 'pack', '--pack-destination', TO], `packages/${name}`);
  run('npm', ['pack', '--silent', '--pack-destination', TO], 'packages/cli/dist/cc-executor');
  run('python3', ['clients/python/scripts/run_tests.py', '--build', TO]);
  const files = (await readdir(TO)).toSorted();
  await tryCommand(files.find((name) => /^cc-executor-\d.*\.tgz$/.test(name)));
  const sums = await Promise.all(files.map(async (name) => `${await sumOf(name)}  ${name}\n`));
  await writeFile(join(TO, 'SHA256SUMS'), sums.join(''));
  console.log(`\nVersion ${version} is in dist/release:\n${sums.join('')}`);
  console.log(nextSteps(files));
} catch (error) {
  for (const [file, text] of before) await writeFile(join(ROOT, file), text);
  fail(
    `${error instanceof Error ? error.message : String(error)}\nNothing was released, and no file has changed.`,
  );
}

/** Installs the command from its package alone, and asks it for its version. */
async function tryCommand(name: string | undefined): Promise<void> {
  if (name === undefined) throw new Error('The command was not packed.');
  const folder = await mkdtemp(join(tmpdir(), 'cc-executor-release-'));
  try {
    run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, join(TO, name)]);
    const command = join(folder, 'node_modules/.bin/cc-executor');
    const told = execFileSync(command, ['--version'], { cwd: folder, encoding: 'utf8' }).trim();
    if (told !== version && !told.endsWith(` ${version}`))
      throw new Error(`The packed command reports "${told}" and not ${version}.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sumOf(name: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(TO, name)))
    .digest('hex');
}

function nextSteps(files: readonly string[]): string {
  const packed = files.filter((name) => name.endsWith('.tgz'));
  return [
    'When the tests of this commit have passed (.ci/run), publish it:',
    ...(wanted === undefined ? [] : [`  git commit -am "Release ${version}"`]),
    `  git tag -a v${version} -m "cc-executor ${version}" && git push --follow-tags`,
    ...packed.map((name) => `  npm publish dist/release/${name} --access public`),
    '  clients/python/.venv/bin/uv publish dist/release/*.whl dist/release/*.tar.gz',
  ].join('\n');
}

function run(program: string, args: readonly string[], folder = '.'): void {
  const { status, error } = spawnSync(program, args, { cwd: join(ROOT, folder), stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed (${String(status)}).`);
}

function fail(why: string): never {
  console.error(`cc-executor: ${why}`);
  process.exit(1);
}
