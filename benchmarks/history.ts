import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sampleRow } from '../packages/testkit/src/index.ts';
import { print } from './report.ts';
import { benchmarkStack } from './stack.ts';

// What a long history costs to export: time, and the memory of the API, beside reading the same bytes with cat.
const EXECUTIONS = 1000;
const ROWS_EACH = 1000;
const MIB = 1024 * 1024;

const stack = await benchmarkStack({}, 'worker');
try {
  const folders = Array.from({ length: 24 }, (_, hour) => `2026-05-01T${String(hour).padStart(2, '0')}`);
  for (const folder of folders)
    await mkdir(join(stack.dataDirectory, 'history', folder), { recursive: true });
  const rows = Array.from({ length: ROWS_EACH }, (_, index) => sampleRow(index, { task: index + 1 }));
  for (let i = 0; i < EXECUTIONS; i++) {
    const id = `e${String(i)}`;
    const text = rows.map((row) => `\n${JSON.stringify({ ...row, execution_id: id })}\n`).join('');
    const folder = folders[i % folders.length] ?? '';
    await writeFile(join(stack.dataDirectory, 'history', folder, `0000000-${id}.jsonl`), text);
  }

  const bare = performance.now();
  await promisify(execFile)('sh', ['-c', 'cat history/*/* > /dev/null'], { cwd: stack.dataDirectory });
  const bareSeconds = (performance.now() - bare) / 1000;

  const results: [string, string][] = [];
  for (const format of ['jsonl', 'csv'] as const) {
    const before = await memory();
    const began = performance.now();
    const response = await fetch(`${stack.apiUrl}/history?format=${format}`);
    let lines = 0;
    let most = 0;
    let seen = performance.now();
    for await (const chunk of response.body ?? []) {
      lines +=
        Buffer.from(chunk as Uint8Array)
          .toString('latin1')
          .split('\n').length - 1;
      if (performance.now() - seen < 500) continue;
      seen = performance.now();
      most = Math.max(most, await memory());
    }
    const seconds = (performance.now() - began) / 1000;
    const what = `${format}: ${String(lines)} lines`;
    results.push([what, `${seconds.toFixed(1)} s, ${(seconds / bareSeconds).toFixed(0)} times cat`]);
    results.push([
      `${format}: the API's memory`,
      `${String(before)} MiB before, at most ${String(most)} MiB`,
    ]);
  }
  print(`A history of ${String(EXECUTIONS * ROWS_EACH)} rows in ${String(EXECUTIONS)} executions`, results);
} finally {
  await stack.stop();
}

/** Resident memory of the API, in MiB. */
async function memory(): Promise<number> {
  const status = await readFile(`/proc/${String(stack.pids()['api'])}/status`, 'utf8');
  return Math.round((Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / MIB);
}
