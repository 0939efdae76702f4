import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '@cc-executor/service-kit';
import { expect, test } from 'vitest';
import { ensureRedisServer } from '../src/index.ts';
import { newFolder } from './helpers/folder.ts';

const isRoot = process.getuid?.() === 0;

function folderWith(programs: Record<string, string>): string {
  const folder = newFolder();
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

async function ensure(folder: string) {
  const lines: string[] = [];
  const options = { searchPath: folder, say: (line: string) => lines.push(line), usualFolders: [] };
  const outcome = await ensureRedisServer(options).catch((error: unknown) => (error as Error).message);
  return { outcome, lines };
}

/** A package manager that does what it is asked for, into its own folder. */
const INSTALLS = `case "$*" in
  *install*) printf '#!/bin/sh\\n' > "$(dirname "$0")/redis-server"; chmod +x "$(dirname "$0")/redis-server" ;;
esac`;

test('the one of this machine is found without a word', async () => {
  const lines: string[] = [];
  const options = { searchPath: process.env['PATH'], say: (line: string) => lines.push(line) };
  expect(await ensureRedisServer(options)).toMatch(/\/(redis|valkey)-server$/);
  expect(lines).toEqual([]);
});

test('a Valkey will do', async () => {
  const folder = newFolder();
  symlinkSync(findProgram(['sh'], '/bin') ?? '', join(folder, 'valkey-server'));
  expect((await ensure(folder)).outcome).toBe(join(folder, 'valkey-server'));
});

test.runIf(isRoot)('a missing one is installed, which is said first', async () => {
  const folder = folderWith({ 'apt-get': INSTALLS });
  expect(await ensure(folder)).toEqual({
    outcome: join(folder, 'redis-server'),
    lines: ['Neither redis-server nor valkey-server is installed: installing one with apt-get.'],
  });
});

test.runIf(isRoot)('where installing fails, the command to run and what was said are told', async () => {
  const { outcome } = await ensure(folderWith({ 'apt-get': 'echo no network >&2; exit 100' }));
  expect(outcome).toMatch(
    /run: sudo apt-get install -y --no-install-recommends redis-server, or set REDIS_URL/,
  );
  expect(outcome).toMatch(/apt-get said:\nno network$/);
});

test.runIf(!isRoot)('without the rights to install, the command to run is told', async () => {
  const { outcome } = await ensure(folderWith({ 'apt-get': INSTALLS }));
  expect(outcome).toMatch(
    /run: sudo apt-get install -y --no-install-recommends redis-server, or set REDIS_URL/,
  );
});

test('without a package manager that is known, it is told what is missing', async () => {
  const { outcome, lines } = await ensure(newFolder());
  expect(outcome).toMatch(
    /^cc-executor needs redis-server or valkey-server, which is not installed: install Redis/,
  );
  expect(lines).toEqual([]);
});
