import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

// Each side's own test compares the table with what that side offers.
const SIDES = ['rest', 'typescript', 'python', 'cli', 'mcp'] as const;
type Side = (typeof SIDES)[number];
type Reasons = Partial<Record<Side, string>>;

interface Row extends Partial<Record<Side, readonly string[]>> {
  operation: string;
  parameters?: Record<string, Partial<Record<Side, string>> & { without?: Reasons }>;
  without?: Reasons;
}

const rows = JSON.parse(
  await readFile(new URL('../contract/operations.json', import.meta.url), 'utf8'),
) as Row[];

it('names for each operation what every side calls it, or why that side has none', () => {
  const unclear = rows.flatMap(({ operation, without = {}, ...names }) =>
    SIDES.filter((side) => (names[side] === undefined) === (without[side] === undefined)).map(
      (side) => `${operation}: ${side}`,
    ),
  );
  expect(unclear).toEqual([]);
});

it('names for each parameter what every side that has the operation calls it, or why not', () => {
  const unclear = rows.flatMap((row) =>
    Object.entries(row.parameters ?? {}).flatMap(([parameter, { without = {}, ...names }]) =>
      SIDES.filter((side) => side !== 'rest' && row[side] !== undefined)
        .filter((side) => (names[side] === undefined) === (without[side] === undefined))
        .map((side) => `${row.operation}, ${parameter}: ${side}`),
    ),
  );
  expect(unclear).toEqual([]);
});
