import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { LineSink } from '../src/terminal/line-sink.ts';

const MIB = 1024 * 1024;

test('a log that grows large while its service runs is kept under another name, and begun again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cc-lines-'));
  const path = join(folder, 'a.log');
  const sink = new LineSink('a', path, () => undefined);
  const line = `${'x'.repeat(MIB - 1)}\n`;
  sink.read(Readable.from(Array.from({ length: 50 }, () => line)));
  await sink.close();
  const sizes = await Promise.all([path, `${path}.old`].map(async (file) => (await stat(file)).size));
  // 20 MiB, and the line that is over it.
  for (const size of sizes) expect(size).toBeLessThanOrEqual(22 * MIB);
  expect(sizes[0]).toBeGreaterThan(0);
  expect(sizes[1]).toBeGreaterThan(20 * MIB);
  await rm(folder, { recursive: true, maxRetries: 10 });
});

test.each<[string, (path: string, folder: string) => unknown]>([
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a link', async (path, folder) => await symlink(join(folder, 'precious'), path)],
  ['a folder', async (path) => await mkdir(path)],
])('%s in the place of a log is put aside, and not written to', async (_, plant) => {
  const folder = await mkdtemp(join(tmpdir(), 'cc-lines-'));
  const path = join(folder, 'a.log');
  await writeFile(join(folder, 'precious'), 'precious');
  await plant(path, folder);
  const sink = new LineSink('a', path, () => undefined);
  sink.read(Readable.from(['a line\n']));
  await sink.close();
  expect(await readFile(path, 'utf8')).toBe('a line\n');
  expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('precious');
  await rm(folder, { recursive: true, maxRetries: 10 });
});
