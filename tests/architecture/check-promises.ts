import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PROMISES } from '../promises.ts';

// Checks that each promise is proven by a test, and that each test which names a promise names one that there is.
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = [
  'packages/*/test/**/*.test.ts',
  'services/*/test/**/*.test.ts',
  'tests/*/**/*.test.ts',
  'clients/python/tests/test_*.py',
];
const MARK = /^\s*(?:\/\/|#) Proves: (.+)$/;
/** The beginning of a test, or of a decorator of one in Python. */
const CALL = /^\s*(?:(?:it|test|describe)[.(]|def test_|@)/;

/** A test of the nightly run alone: the short form needs another proof. */
const NIGHTLY = /^\s*(?:it|test|describe)\.runIf\(isNightly\)/;

/** Returns what is wrong with the marks of one file, and notes in `proven` which promises they name. */
function faultsOf(file: string, text: string, proven: Set<string>): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const ids = MARK.exec(line)?.[1]?.split(', ');
    if (!ids) return [];
    if (!NIGHTLY.test(lines[index + 1] ?? '')) for (const id of ids) proven.add(id);
    const place = `${file}:${String(index + 1)}`;
    const unknown = ids.filter((id) => !Object.hasOwn(PROMISES, id));
    return [
      ...unknown.map((id) => `${place} proves "${id}", which is no promise of tests/promises.ts.`),
      ...(CALL.test(lines[index + 1] ?? '') ? [] : [`${place} stands before no test.`]),
    ];
  });
}

/** A check that finds nothing in these could find nothing at all. */
const PLANTED = [
  '// Proves: no-such-promise',
  "it('does', () => {});",
  '// Proves: in-order',
  'const x = 1;',
  '# Proves: in-order',
  'def test_order() -> None:',
  '# Proves: in-order',
  'x = 1',
];
const PLANTED_AT_NIGHT = ['// Proves: in-order', "it.runIf(isNightly)('does', () => {});"];
const provenAtNight = new Set<string>();
if (
  faultsOf('planted', PLANTED.join('\n'), new Set()).length !== 3 ||
  faultsOf('planted', PLANTED_AT_NIGHT.join('\n'), provenAtNight).length !== 0 ||
  provenAtNight.size !== 0
)
  throw new Error('The check of the promises does not find its planted faults.');

const proven = new Set<string>();
const faults = FILES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
  .filter((file) => !file.includes('node_modules'))
  .flatMap((file) => faultsOf(file, readFileSync(`${ROOT}${file}`, 'utf8'), proven));
for (const id of Object.keys(PROMISES))
  if (!proven.has(id)) faults.push(`No test proves the promise "${id}"; name it with "// Proves: ${id}".`);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
