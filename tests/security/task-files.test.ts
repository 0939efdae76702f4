import * as fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { ExecuteRequest } from '@cc-executor/contracts';
import { CliError } from '../../packages/cli/src/exits/exit-codes.ts';
import type { Format } from '@cc-executor/task-files';
import { parseTaskFile } from '../../packages/cli/src/task-files/read-task-file.ts';
import { writeTaskFile } from '../../packages/cli/src/task-files/write-task-file.ts';
import { brokenJson } from './broken-json.ts';
import { mixed } from './damage.ts';
import { record } from './figures.ts';
import { fromSchema, type Schema } from './from-schema.ts';
import { hostileText } from './hostile.ts';
import { scaled, SEED } from './scale.ts';
import { submissionsOf } from './submissions.ts';

/** Half an hour: there to end what hangs. */
const TIMEOUT = 1_800_000;
const HANG_MS = 1000;
/** Longer is a hang on any machine. Milliseconds. */
const NEVER_MS = 20_000;
/** One of so many is also given to the command itself. */
const COMMAND_EVERY = 800;
const COMMAND = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const CHUNK = 50;

interface Input {
  format: Format;
  text: string;
}

it('reads any task file, or says what is wrong with it', { timeout: TIMEOUT }, async () => {
  const count = scaled(20_000);
  const kinds: Record<string, number> = {};
  const wrong: string[] = [];
  let slowest = { ms: 0, input: '' };
  let hangs = 0;
  const before = process.memoryUsage().rss;
  for (let done = 0; done < count; done += CHUNK) {
    const some = fc.sample(inputs, { numRuns: Math.min(CHUNK, count - done), seed: SEED * 1_000_003 + done });
    for (const [index, input] of some.entries()) {
      const began = performance.now();
      const kind = parse(input);
      const ms = performance.now() - began;
      const shown = `${input.format} ${JSON.stringify(input.text.slice(0, 1500))}`;
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      if (ms > slowest.ms) slowest = { ms, input: shown };
      if (ms > HANG_MS) hangs += 1;
      if (ms > NEVER_MS) wrong.push(`${String(Math.round(ms))} ms ⇐ ${shown}`);
      if (kind.startsWith('crash')) wrong.push(`${kind} ⇐ ${shown}`);
      if ((done + index) % COMMAND_EVERY === 0)
        wrong.push(...(await command(input)).map((what) => `${what} ⇐ ${shown}`));
    }
  }
  const mib = (bytes: number) => String(Math.round(bytes / 1024 / 1024));
  await record({
    suite: 'task files',
    inputs: count,
    kinds,
    slowestMs: Math.round(slowest.ms),
    slowest: slowest.input,
    hangs,
    crashes: wrong.length,
    memory: `parser ${mib(before)}→${mib(process.memoryUsage().rss)}`,
    wrong,
  });
  expect(wrong).toEqual([]);
});

function parse({ format, text }: Input): string {
  try {
    parseTaskFile(text, 'a file', format);
    return `${format}: read`;
  } catch (error) {
    return error instanceof CliError ? `${format}: refused` : `crash: ${String(error).slice(0, 300)}`;
  }
}

/** What is wrong with what the command says of it: it ends as documented, without a trace and without controls. */
async function command({ text }: Input): Promise<string[]> {
  const child = spawn(process.execPath, [COMMAND, 'check', '-'], {
    env: { PATH: process.env['PATH'], CC_EXECUTOR_DATA_DIR: '/nonexistent' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(text);
  const [out, err, [code]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'exit'),
  ]);
  const printed = out + err;
  return [
    ...(code === 0 || code === 2 ? [] : [`the command ended with ${String(code)}: ${err.slice(0, 300)}`]),
    ...(/\n\s+at .+:\d+:\d+/.test(err) ? [`the command printed a stack trace: ${err.slice(0, 300)}`] : []),
    // oxlint-disable-next-line no-control-regex -- controls are what is looked for
    ...(/[\0-\x08\x0B-\x1F\x7F-\x9F]/.test(printed.replaceAll('\r\n', '\n'))
      ? [`the command printed a control: ${JSON.stringify(printed.slice(0, 300))}`]
      : []),
  ];
}

const schema = z.toJSONSchema(ExecuteRequest, { io: 'input', unrepresentable: 'any' }) as Schema & {
  $defs?: Record<string, Schema>;
};
const resolve = (ref: string) => schema.$defs?.[ref.split('/').at(-1) ?? ''] ?? {};
const lists = mixed(submissionsOf(fromSchema(schema, { resolve })));

/** What means something in one of the formats, in any order. */
const pieces = fc.constantFrom(
  '## Task 1: a\n\n',
  '## Task 2\n',
  '##  Task 99999999999999999999: b\n',
  'Task 1: x\n',
  '```\n',
  '````\n',
  '~~~\n',
  '```sh command\n',
  '```yaml options\n',
  '---\n',
  'tasks:\n',
  '- ',
  '  - prompt: x\n',
  '- command: |\n    true\n',
  '? ',
  ': ',
  '&a ',
  '*a ',
  '*b\n',
  '<<: *a\n',
  '!!binary x\n',
  '!!set {a}\n',
  '!<tag:x> ',
  '%YAML 1.1\n',
  '%TAG ! x\n',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '|\n',
  '>-\n',
  '# c\n',
  '\t',
  '\r',
  '\r\n',
  '\n\n',
  '...\n',
  'timeout: .inf\n',
  'retries: 0o7\n',
  'a: 1\na: 2\n',
  '__proto__: {a: 1}\n',
  '2026-01-01',
  '\uFEFF',
  '\0',
  '// c\n',
  '/* c */',
);
const patched = fc
  .array(fc.oneof({ weight: 6, arbitrary: pieces }, { weight: 1, arbitrary: hostileText }), { maxLength: 40 })
  .map((all) => all.join(''));
const bulk = fc.tuple(pieces, fc.nat(5000), patched).map(([piece, times, end]) => piece.repeat(times) + end);
const aliases = fc
  .tuple(fc.nat(20_000), fc.constantFrom('*a', '[*a, *a]', '{b: *a}', '*b'))
  .map(([times, one]) => `x: &a [1, 2]\ntasks:\n${`- ${one}\n`.repeat(times)}`);
const keys = fc
  .nat(30_000)
  .map((times) => Array.from({ length: times }, (_, index) => `k${String(index)}: 1\n`).join(''));
const blocks = fc
  .nat(10_000)
  .map((times) =>
    Array.from(
      { length: times },
      (_, index) => `## Task ${String(index + 1)}\n\n\`\`\`sh command\ntrue\n\`\`\`\n\n`,
    ).join(''),
  );

const formats = fc.constantFrom<Format>('markdown', 'yaml', 'json');
const inputs: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(lists, formats).map(([value, format]) => ({ format, text: written(value, format) })),
  },
  { weight: 8, arbitrary: fc.record({ format: formats, text: patched }) },
  { weight: 2, arbitrary: fc.record({ format: formats, text: fc.oneof(brokenJson, hostileText) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      format: formats,
      text: fc.oneof({ weight: 6, arbitrary: bulk }, aliases, keys, blocks),
    }),
  },
);

function written(value: unknown, format: Format): string {
  try {
    if (format === 'markdown') return writeTaskFile(value as Parameters<typeof writeTaskFile>[0], 'markdown');
    if (format === 'yaml') return stringify(value);
  } catch {
    // It can't be written so: then as JSON, which is no Markdown.
  }
  return JSON.stringify(value) ?? '';
}
