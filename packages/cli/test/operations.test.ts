import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { optionOf } from '../src/options/option-of.ts';
import { wordsOf } from '../src/options/usage-text.ts';
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

function every(command: Command): Command[] {
  return [command, ...command.commands.flatMap(every)];
}

const program = buildProgram({ env: {}, sources: [], onOutputClosed: () => {} }, () => {});
const offered = new Map(commands(program));

it('has the commands of the table, and no other', () => {
  expect(new Set(offered.keys())).toEqual(new Set(rows.flatMap(({ cli = [] }) => cli)));
});

it('names a field of the API by the option that sets it, in each command', () => {
  const found = new Map(every(program).map((command) => [wordsOf(command), command]));
  const wrong = rows.flatMap(({ operation, cli = [], parameters = {} }) =>
    Object.entries(parameters).flatMap(([field, { cli: name }]) => {
      // A field of a task file is in a line of it.
      if (name === undefined || name === '<file>') return [];
      const named = cli.map((words) => {
        const command = found.get(`cc-executor ${words}`);
        return command && offered.get(words)?.includes(name) ? optionOf(command, field) : name;
      });
      return named.every((one) => one === name)
        ? []
        : [`${operation}: ${field} is ${named.join()}, not ${name}`];
    }),
  );
  expect(wrong).toEqual([]);
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
