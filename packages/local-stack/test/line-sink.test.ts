import { mkdtemp, rm, stat } from 'node:fs/promises';
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
  await rm(folder, { recursive: true });
});
