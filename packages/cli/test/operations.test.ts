import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { startCli } from './cli-under-test.ts';

const TABLE = new URL('../../../tests/contract/operations.json', import.meta.url);

it('has a command for each operation of the table that names one', async () => {
  const rows = JSON.parse(await readFile(TABLE, 'utf8')) as { cli: string | null }[];
  const { stdout } = await startCli(['--help']).ended;
  const commands = new Set([...stdout.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name));
  expect(rows.flatMap(({ cli }) => (cli === null || commands.has(cli) ? [] : [cli]))).toEqual([]);
});
