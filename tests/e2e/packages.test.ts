import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest } from './stack-under-test.ts';

const ROOT = join(import.meta.dirname, '../..');
const PUBLISHED = ['contracts', 'sdk'];
const run = promisify(execFile);

let folder: string;
const tarballs = new Map<string, string>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-packages-'));
  await run('npm', ['run', '--silent', 'build:packages'], { cwd: ROOT });
  for (const name of PUBLISHED) {
    const to = join(folder, name);
    const pack = ['--yes', 'pnpm@12.21.0', 'pack', '--pack-destination', to];
    await run('npx', pack, { cwd: join(ROOT, 'packages', name) });
    const [tarball = ''] = await readdir(to);
    tarballs.set(name, join(to, tarball));
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it.each(PUBLISHED)('%s is packed so that publint and are-the-types-wrong find nothing', async (name) => {
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
});

it('the client works from its tarball, in an empty project', async () => {
  const project = join(folder, 'project');
  await run('mkdir', [project]);
  await writeFile(join(project, 'package.json'), '{"private":true,"type":"module"}');
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs.values()];
  await run('npm', install, { cwd: project });
  const program = `import { ccExecute, CcExecutor } from '@cc-executor/sdk';
const client = new CcExecutor({ url: process.argv[2] });
console.log(await ccExecute({ command: 'echo from a tarball' }, { client }));`;
  await writeFile(join(project, 'main.js'), program);
  const under = await startStackUnderTest();
  try {
    const { stdout } = await run(process.execPath, ['main.js', under.stack.apiUrl], { cwd: project });
    expect(stdout).toContain('from a tarball');
  } finally {
    await under.stop();
  }
});
