import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '../../packages/cli/src');
/** Here alone is text made harmless before it is written. */
const DOOR = 'print/terminal.ts';
const WRITES = /process\s*(\.|\[)\s*['"]?std(out|err)|console\s*\.|\bprocess\s*\[|from 'node:(console|tty)'/;

it('one file of the command writes to the terminal', async () => {
  const writing: string[] = [];
  for await (const file of glob('**/*.ts', { cwd: SOURCES }))
    if (WRITES.test(await readFile(join(SOURCES, file), 'utf8'))) writing.push(file);
  expect(writing).toEqual([DOOR]);
  for (const planted of ['process.stdout.write(x)', "process['stderr']", 'console.log(x)'])
    expect(planted).toMatch(WRITES);
});
