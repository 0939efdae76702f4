import { chmodSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '@cc-executor/service-kit';
import { expect, test } from 'vitest';
import { ensureRedisServer } from '../src/index.ts';
import { newFolder } from './helpers/folder.ts';

function folderWith(programs: Record<string, string>): string {
  const folder = newFolder();
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

interface Person {
  /** What is answered at the terminal; default: nobody is there. */
  answer?: boolean;
  isRoot?: boolean;
}

async function ensure(folder: string, { answer, isRoot = true }: Person = {}) {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const ask = async (question: string) => {
    lines.push(question);
    return answer === true;
  };
  const person = { ask: answer === undefined ? null : ask, isRoot };
  const options = { searchPath: folder, say, usualFolders: [], ...person };
  const outcome = await ensureRedisServer(options).catch((error: unknown) => (error as Error).message);
  return { outcome, lines };
}

/** A package manager that does what it is asked for, into its own folder. */
const INSTALLS = `case "$*" in
  *install*) printf '#!/bin/sh\\n' > "$(dirname "$0")/redis-server"; chmod +x "$(dirname "$0")/redis-server" ;;
esac`;

test('the one of this machine is found silently', async () => {
  const lines: string[] = [];
  const options = { searchPath: process.env['PATH'], say: (line: string) => lines.push(line), ask: null };
  expect(await ensureRedisServer(options)).toMatch(/\/(redis|valkey)-server$/);
  expect(lines).toEqual([]);
});

test('a Valkey will do', async () => {
  const folder = newFolder();
  symlinkSync(findProgram(['sh'], '/bin') ?? '', join(folder, 'valkey-server'));
  expect((await ensure(folder)).outcome).toBe(join(folder, 'valkey-server'));
});

test('without a terminal root installs a missing one, which is said first', async () => {
  const folder = folderWith({ 'apt-get': INSTALLS });
  expect(await ensure(folder)).toEqual({
    outcome: join(folder, 'redis-server'),
    lines: ['Neither redis-server nor valkey-server is installed: installing one with apt-get.'],
  });
});

test('where installing fails, the command to run and what was said are reported', async () => {
  const { outcome } = await ensure(folderWith({ 'apt-get': 'echo no network >&2; exit 100' }));
  expect(outcome).toMatch(
    /run: sudo apt-get install -y --no-install-recommends redis-server, or set REDIS_URL/,
  );
  expect(outcome).toMatch(/apt-get said:\nno network$/);
});

const QUESTION =
  'Neither redis-server nor valkey-server is installed, and cc-executor keeps its lists in one. Run "sudo apt-get install -y --no-install-recommends redis-server" now?';
const BY_HAND = /run: sudo apt-get install -y --no-install-recommends redis-server, or set REDIS_URL/;
/** Writes down how it was called, and runs the command. */
const SUDO = `echo "$*" >> "$(dirname "$0")/sudo.log"
case "$1" in -v) exit 0 ;; -n) shift; exec "$@" ;; esac`;

test.each([true, false])('at a terminal it is asked first; root: %s', async (asRoot) => {
  const folder = folderWith({ 'apt-get': INSTALLS, sudo: SUDO });
  expect(await ensure(folder, { answer: false, isRoot: asRoot })).toEqual({
    outcome: expect.stringMatching(BY_HAND) as string,
    lines: [QUESTION],
  });
  expect(existsSync(join(folder, 'sudo.log'))).toBe(false);

  expect(await ensure(folder, { answer: true, isRoot: asRoot })).toEqual({
    outcome: join(folder, 'redis-server'),
    lines: [QUESTION, 'Installing it with apt-get.'],
  });
  expect(existsSync(join(folder, 'sudo.log'))).toBe(!asRoot);
});

test('a sudo that refuses installs nothing', async () => {
  const folder = folderWith({ 'apt-get': INSTALLS, sudo: 'exit 1' });
  expect((await ensure(folder, { answer: true, isRoot: false })).outcome).toMatch(BY_HAND);
});

test('without a terminal nothing is done by sudo, and the command to run is reported', async () => {
  const folder = folderWith({ 'apt-get': INSTALLS, sudo: SUDO });
  const { outcome, lines } = await ensure(folder, { isRoot: false });
  expect(outcome).toMatch(BY_HAND);
  expect(lines).toEqual([]);
  expect(existsSync(join(folder, 'sudo.log'))).toBe(false);
});

test('without the rights to install, the command to run is reported', async () => {
  const { outcome } = await ensure(folderWith({ 'apt-get': INSTALLS }), { isRoot: false, answer: true });
  expect(outcome).toMatch(BY_HAND);
});

test('without a package manager that is known, what is missing is reported', async () => {
  const { outcome, lines } = await ensure(newFolder());
  expect(outcome).toMatch(
    /^cc-executor needs redis-server or valkey-server, which is not installed: install Redis/,
  );
  expect(lines).toEqual([]);
});
