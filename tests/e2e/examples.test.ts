import { say, startScriptedModel, useTool, type Conversation } from '@cc-executor/testkit';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');
const HAIKU = 'Tasks wait in a line,\none by one they find their turn:\nmorning, all is done.';
const write = (file: string, content: string) =>
  useTool('Bash', { command: `cat > ${file} <<'EOF'\n${content}\nEOF` });
const converse = (marker: string, ...turns: Conversation['turns']): Conversation => ({ marker, turns });

const ADD_TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add } from './add.mjs';
test('adds', () => assert.equal(add(2, 3), 5));`;
const primes = (from: number) => `export function isPrime(n) {
  for (let i = 2; i * i <= n; i += 1) if (n % i === 0) return false;
  return n >= ${String(from)};
}`;

/** What each of three agents writes. */
const MEDIANS = ['sort()', 'sort((a, b) => a - b)', 'sort((a, b) => a - b)']
  .map((sorted, index) => {
    const middle = index === 2 ? 's[n]' : 's.length % 2 ? s[n] : (s[n - 1] + s[n]) / 2';
    const lines = `const s = list.${sorted}, n = s.length >> 1; return ${middle};`;
    return `${String(index + 1)}) echo "export const median = (list) => { ${lines} };";;`;
  })
  .join(' ');

/** What the model says; the tools that it uses are real. */
const SCRIPT = [
  converse('haiku about queues', write('haiku.txt', HAIKU), say(HAIKU)),
  converse(
    'Write add.mjs',
    write('add.mjs', 'export const add = (a, b) => a + b;'),
    say('add.mjs has the function add.'),
  ),
  converse(
    'Write add.test.mjs',
    write('add.test.mjs', ADD_TEST),
    useTool('Bash', { command: 'node --test add.test.mjs' }),
    say('I wrote a test for add, and it passes.'),
  ),
  converse(
    'Which one is right for lists of any length',
    useTool('StructuredOutput', {
      variant: 2,
      why: 'The first sorts as text, and the third forgets lists of an even length.',
    }),
  ),
  converse(
    'Write median.mjs',
    useTool('Bash', { command: `case $CC_EXECUTOR_TASK in ${MEDIANS} esac > median.mjs` }),
    say('median.mjs exports median.'),
  ),
  converse('Write prime.mjs', write('prime.mjs', primes(0)), say('prime.mjs has isPrime.')),
  converse('Sort this commit', useTool('StructuredOutput', { kind: 'fixed', what: 'leap years' })),
  converse(
    'Sort these commits',
    say('[{"kind": "fixed", "what": "leap years"},\n{"kind": "added", "what": "moon phase"}]'),
  ),
  converse(
    'Is each of the two commits',
    useTool('StructuredOutput', { is_valid: true, reason: 'Both commits are there, and sorted rightly.' }),
  ),
  ...Object.entries({
    France: 'Paris',
    Japan: 'Tokyo',
    Kenya: 'Nairobi',
    Peru: 'Lima',
    Norway: 'Oslo',
    Vietnam: 'Hanoi',
  }).map(([country, capital]) => converse(`the capital of ${country}?`, say(capital))),
  converse(
    'these times as Dates: {"unix":0,"millennium":946684800000}',
    write('dates.mjs', 'export const unix = 0;\nexport const millennium = new Date(946684800000);'),
    say('dates.mjs exports unix and millennium.'),
  ),
  converse(
    'Review dates.mjs',
    say(JSON.stringify({ findings: [{ file: 'dates.mjs', problem: 'unix is a number, not a Date' }] })),
  ),
  converse(
    'A reviewer has found: {"findings":[{"file":"dates.mjs","problem":"unix is a number, not a Date"}]}',
    write('dates.mjs', 'export const unix = new Date(0);\nexport const millennium = new Date(946684800000);'),
    say('Both exports are Dates now.'),
  ),
  converse('not right yet', write('prime.mjs', primes(2)), say('0 and 1 are no primes now.')),
];

let under: StackUnderTest;
let model: Awaited<ReturnType<typeof startScriptedModel>>;
beforeAll(async () => {
  model = await startScriptedModel({ script: SCRIPT });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const node = async (...args: string[]) => {
  const own = { CC_EXECUTOR_URL: under.stack.apiUrl, CC_EXECUTOR_API_KEY: '' };
  const env = { ...process.env, ...own, REVIEW_MODEL_URL: `${model.url}/v1` };
  return (await promisify(execFile)(process.execPath, args, { env })).stdout;
};

/** The output that an example's README shows after `command`; default: the first. */
async function shown(example: string, command = ''): Promise<string> {
  const text = await readFile(join(EXAMPLES, example, 'README.md'), 'utf8');
  return /^```text\n(.*?)^```$/ms.exec(text.slice(text.indexOf(command)))?.[1] ?? '';
}

it.each(['quickstart', 'basic', 'advanced'])('%s prints what its README shows', async (example) => {
  expect(await node(join(EXAMPLES, example, 'main.ts'))).toBe(await shown(example));
});

it.each([
  ['medium', 'many/main.ts'],
  ['advanced', 'answers/main.ts'],
  ['advanced', 'review/main.ts'],
])('%s/%s prints what the README shows', async (example, program) => {
  expect(await node(join(EXAMPLES, example, program))).toBe(await shown(example, program));
});

it('medium prints what its README shows, its progress in any order', async () => {
  const sorted = (text: string) => text.split('\n').toSorted();
  const printed = await node(join(EXAMPLES, 'medium/main.ts'));
  expect(sorted(printed)).toEqual(sorted(await shown('medium')));
  expect(printed.split('\n').slice(3)).toEqual((await shown('medium')).split('\n').slice(3));
});

it('the one-liner of quickstart prints the answer alone, where no terminal reads it', async () => {
  const main = join(import.meta.dirname, '../../packages/cli/src/main.ts');
  const prompt = 'Write a haiku about queues into haiku.txt, and say it.';
  expect(await node(main, 'run', '-p', prompt)).toBe(await shown('quickstart'));
});

it('the task file of basic runs by the command', async () => {
  const main = join(import.meta.dirname, '../../packages/cli/src/main.ts');
  const printed = await node(main, 'submit', join(EXAMPLES, 'basic/tasks.md'), '--wait');
  expect(printed).toMatch(/completed: 3\/3 tasks completed/);
  expect(printed).toContain('    I wrote a test for add, and it passes.');
});
