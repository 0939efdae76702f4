// The suites of attacks in their full form, with a table of what they found:
//   npm run security
//   npm run security -- --seed 7 --factor 1 rest
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Figures } from './figures.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The short form is a twenty-fourth of the full one. */
const FULL = '24';

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    factor: { type: 'string', default: process.env['CC_SECURITY_FACTOR'] ?? FULL },
  },
  allowPositionals: true,
});

const folder = await mkdtemp(join(tmpdir(), 'cc-figures-'));
console.log(`seed ${values.seed}, factor ${values.factor}`);
const suites = positionals.length === 0 ? [''] : positionals;
const args = ['run', '--maxWorkers=1', ...suites.map((name) => `tests/security/${name}`)];
const tests = spawn(join(ROOT, 'node_modules/.bin/vitest'), args, {
  cwd: ROOT,
  stdio: 'inherit',
  env: {
    ...process.env,
    CC_SECURITY_SEED: values.seed,
    CC_SECURITY_FACTOR: values.factor,
    CC_SECURITY_FIGURES: folder,
  },
});
const [code] = (await once(tests, 'exit')) as [number | null];
const files = await readdir(folder);
const figures = await Promise.all(
  files.toSorted().map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Figures),
);
await rm(folder, { recursive: true, maxRetries: 10 });
console.table(
  figures.map(({ suite, inputs, kinds, slowestMs, hangs, crashes, memory, wrong }) => ({
    suite,
    inputs,
    '5xx': Object.entries(kinds).reduce((sum, [kind, times]) => sum + (/^5\d\d$/.test(kind) ? times : 0), 0),
    crashes,
    'over 1 s': hangs,
    'slowest ms': slowestMs,
    'memory in MiB': memory,
    wrong: wrong.length,
  })),
);
for (const { suite, kinds, slowest, slowestMs, wrong } of figures) {
  console.log(
    `${suite}: ${Object.entries(kinds)
      .map(([kind, times]) => `${kind} ${String(times)}`)
      .join(', ')}`,
  );
  if (slowestMs > 1000) console.log(`  slowest: ${slowest.slice(0, 300)}`);
  for (const what of wrong) console.log(`  ${what}`);
}
console.log(`again: npm run security -- --seed ${values.seed} --factor ${values.factor}`);
process.exitCode = code ?? 1;
