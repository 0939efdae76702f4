import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { buildProgram } from '../src/program.ts';

interface Row {
  operation: string;
  cli?: string[];
  parameters?: Record<string, { cli?: string }>;
}

const TABLE = new URL('../../../tests/contract/operations.json', import.meta.url);
const rows = JSON.parse(await readFile(TABLE, 'utf8')) as Row[];

/** Each command that does something, by its words, with its options and arguments as they are written. */
function commands(command: Command, words: readonly string[] = []): [string, string[]][] {
  const written = [
    ...command.options.map(({ long }) => long ?? ''),
    ...command.registeredArguments.map((argument) => `<${argument.name()}>`),
  ];
  const below = command.commands.flatMap((one) => commands(one, [...words, one.name()]));
  // A command that only has others below it does nothing by itself.
  const acts = Reflect.get(command, '_actionHandler') !== null;
  return [...(acts && words.length > 0 ? [[words.join(' '), written] as [string, string[]]] : []), ...below];
}

const program = buildProgram({ env: {}, sources: [], onOutputClosed: () => {} }, () => {});
const offered = new Map(commands(program));

it('has the commands of the table, and no other', () => {
  expect(new Set(offered.keys())).toEqual(new Set(rows.flatMap(({ cli = [] }) => cli)));
});

it('takes the parameters of the table', () => {
  const missing = rows.flatMap(({ operation, cli = [], parameters = {} }) => {
    const written = new Set(cli.flatMap((name) => offered.get(name) ?? []));
    return Object.values(parameters).flatMap(({ cli: name }) =>
      name === undefined || written.has(name) ? [] : [`${operation}: ${name}`],
    );
  });
  expect(missing).toEqual([]);
});
