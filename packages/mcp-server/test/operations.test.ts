import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { TOOLS } from '../src/tools/index.ts';

interface Row {
  operation: string;
  mcp?: string[];
  parameters?: Record<string, { mcp?: string }>;
}

const TABLE = new URL('../../../tests/contract/operations.json', import.meta.url);
const rows = JSON.parse(await readFile(TABLE, 'utf8')) as Row[];

it('offers the operations of the table, and no other', () => {
  expect(new Set(TOOLS.map(({ name }) => name))).toEqual(new Set(rows.flatMap(({ mcp = [] }) => mcp)));
});

it('takes the parameters of the table', () => {
  const takes = new Map(TOOLS.map(({ name, input }) => [name, Object.keys(input.shape)]));
  const missing = rows.flatMap(({ operation, mcp = [], parameters = {} }) => {
    const taken = new Set(mcp.flatMap((name) => takes.get(name) ?? []));
    return Object.values(parameters).flatMap(({ mcp: name }) =>
      name === undefined || taken.has(name) ? [] : [`${operation}: ${name}`],
    );
  });
  expect(missing).toEqual([]);
});
