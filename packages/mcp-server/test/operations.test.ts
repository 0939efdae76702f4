import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { TOOLS } from '../src/tools/index.ts';

const TABLE = new URL('../../../tests/contract/operations.json', import.meta.url);

it('offers the operations of the table, and no other', async () => {
  const rows = JSON.parse(await readFile(TABLE, 'utf8')) as { mcp: string[] | null }[];
  const named = new Set(rows.flatMap(({ mcp }) => mcp ?? []));
  expect(new Set(TOOLS.map(({ name }) => name))).toEqual(named);
});
