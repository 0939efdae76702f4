import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const REPORTER = fileURLToPath(new URL('../src/closing-line.ts', import.meta.url));
const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const PASSES = `it('passes', () => {});\n`;
const IS_KILLED = `it('is killed', async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); });\n`;
const FAILS = `it('fails', () => { throw new Error('wrong'); });\n`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cc-closing-line-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs vitest on files, by name and content; returns its exit code, its last line, and the list of lost files. */
function run(files: Record<string, string>): { code: number | null; lastLine: string; lost: string | null } {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  const list = join(root, 'lost');
  const options = ['run', '--globals', '--root', root, `--reporter=${REPORTER}`];
  const env = { ...process.env, CC_TEST_LOST_FILES: list, NO_COLOR: '1' };
  const ended = spawnSync(process.execPath, [VITEST, ...options], { cwd: root, env, encoding: 'utf8' });
  let lost: string | null = null;
  try {
    lost = readFileSync(list, 'utf8');
  } catch {
    // None was written.
  }
  return { code: ended.status, lastLine: ended.stdout.trimEnd().split('\n').at(-1) ?? '', lost };
}

it('names the files whose process was killed when they are all that is wrong', () => {
  const ended = run({ 'a.test.js': PASSES, 'b.test.js': IS_KILLED });
  expect(ended).toEqual({
    code: 1,
    lastLine: '1 passed, 0 failed, 1 without a result',
    lost: 'b.test.js\n',
  });
});

it('names none when a test has failed beside them, or all have passed', () => {
  expect(run({ 'a.test.js': FAILS, 'b.test.js': IS_KILLED })).toEqual({
    code: 1,
    lastLine: '0 passed, 1 failed, 1 without a result',
    lost: null,
  });
  rmSync(join(root, 'b.test.js'));
  expect(run({ 'a.test.js': PASSES })).toEqual({ code: 0, lastLine: '1 passed, 0 failed', lost: '' });
});
