import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { CcExecutor } from '../src/local.ts';
import { Execution } from '../src/index.ts';

const TABLE = new URL('../../../tests/contract/operations.json', import.meta.url);

it('offers the operations of the table, and no other', async () => {
  const rows = JSON.parse(await readFile(TABLE, 'utf8')) as { typescript: string | null }[];
  const named = new Set(rows.flatMap(({ typescript }) => (typescript === null ? [] : [typescript])));
  const offered = [Object.getPrototypeOf(CcExecutor) as typeof CcExecutor, Execution].flatMap((kind) =>
    Object.entries(Object.getOwnPropertyDescriptors(kind.prototype))
      .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
      .map(([name]) => `${kind.name}.${name}`),
  );
  expect(new Set([...offered, 'local'])).toEqual(named);
  expect(CcExecutor).toHaveProperty('local');
});
