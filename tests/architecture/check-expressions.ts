import { parseSync, Visitor } from 'oxc-parser';
import { check } from 'recheck';
import { createHash } from 'node:crypto';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// Checks that no regular expression takes more than linear time: most of them meet text that somebody else wrote.
// Verdicts take seconds and never change, so those on known expressions are kept as hashes; `--write` renews the file.
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VERDICTS = fileURLToPath(new URL('linear-expressions.txt', import.meta.url));
const FILES = ['{packages,services}/*/src/**/*.{ts,js,mjs}', 'scripts/**/*.ts', 'examples/**/*.{ts,mjs}'];
/** Milliseconds for one expression. */
const TIMEOUT_MS = 20_000;

/** Expressions that the checker takes for slow, and why they are not. */
const BOUNDED: readonly { begins: string; why: string }[] = [
  {
    begins: '\\b(?:unclear|unsure|not sure|in doubt|questions?|',
    why: 'reads at most 60 characters after a word that it knows',
  },
  {
    begins: '\\b(?:open|edit|launch|start|use|run|in|with|type)\\b[^.\\n]{0,40}?',
    why: 'reads at most 40 characters after a word that it knows',
  },
];
/** Files that make an expression at run time, and why it is linear. */
const MADE: Readonly<Record<string, string>> = {
  'packages/agents/src/claude/uuid-request.ts': 'made of constants, for a line of at most 300 characters',
};

interface Expression {
  pattern: string;
  flags: string;
  place: string;
}

const faults: string[] = [];
const expressions = new Map<string, Expression>();
const made = new Set<string>();
let files = 0;
for await (const file of glob(FILES, { cwd: ROOT, exclude: (name) => name.includes('node_modules') })) {
  files += 1;
  const code = await readFile(`${ROOT}${file}`, 'utf8');
  const { program } = parseSync(file, code);
  const place = (offset: number) => `${file}:${String(code.slice(0, offset).split('\n').length)}`;
  const constructed = ({ callee, start }: { callee: { type: string; name?: unknown }; start: number }) => {
    if (callee.type !== 'Identifier' || callee.name !== 'RegExp') return;
    made.add(file);
    if (!(file in MADE))
      faults.push(
        `${place(start)} makes a regular expression at run time: write it, or say here why it is linear`,
      );
  };
  new Visitor({
    Literal: (node) => {
      if (!('regex' in node)) return;
      const { pattern, flags } = node.regex;
      expressions.set(hashOf(pattern, flags), { pattern, flags, place: place(node.start) });
    },
    CallExpression: constructed,
    NewExpression: constructed,
  }).visit(program);
}
for (const file of Object.keys(MADE))
  if (!made.has(file)) faults.push(`${file} makes no regular expression any more: take it out of the list`);
for (const { begins } of BOUNDED)
  if (![...expressions.values()].some(({ pattern }) => pattern.startsWith(begins)))
    faults.push(`no expression begins with ${begins} any more: take it out of the list`);

// A checker that finds nothing proves nothing.
for (const planted of ['^(a+)+$', '\\s+$', '^(?=.)(a|b|ab)*c'])
  if ((await check(planted, '')).status !== 'vulnerable')
    faults.push(`/${planted}/ is not found: it can't fail`);

const known = new Set((await readFile(VERDICTS, 'utf8').catch(() => '')).split('\n'));
const isWrite = process.argv.includes('--write');
const open = [...expressions].filter(
  ([hash, { pattern }]) => !known.has(hash) && !BOUNDED.some(({ begins }) => pattern.startsWith(begins)),
);
const linear = new Set([...expressions.keys()].filter((hash) => known.has(hash)));
await Promise.all([judgeOpen(), judgeOpen()]);
if (isWrite) await writeFile(VERDICTS, `${[...linear].toSorted().join('\n')}\n`);

for (const fault of faults) console.error(fault);
if (expressions.size === 0) console.error('No expression was read.');
process.exitCode = faults.length > 0 || expressions.size === 0 ? 1 : 0;
if (process.exitCode === 0)
  console.log(`expressions: ${String(expressions.size)} in ${String(files)} files are linear`);
// The checker's own process would keep this one alive.
process.exit();

async function judgeOpen(): Promise<void> {
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [hash, { pattern, flags, place }] = next;
    const verdict = await check(pattern, flags, { timeout: TIMEOUT_MS });
    if (verdict.status === 'safe') linear.add(hash);
    else if (verdict.status === 'vulnerable')
      faults.push(`${place} takes ${verdict.complexity.summary} time for ${verdict.attack.pattern}`);
    else faults.push(`${place} could not be judged: ${verdict.error.kind}`);
  }
}

function hashOf(pattern: string, flags: string): string {
  return createHash('sha256').update(`/${pattern}/${flags}`).digest('base64url').slice(0, 22);
}
