import { type Command, Option } from 'commander';
import type { HistoryOptions } from '@cc-executor/sdk';
import { clientOf, type Context, type GlobalOptions } from '../context.ts';
import { whole } from '../options/option-values.ts';
import { timeOption } from '../options/time-value.ts';
import { printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

const STATUSES = ['completed', 'failed', 'timed_out', 'cancelled', 'interrupted'];

interface Options extends GlobalOptions, Pick<HistoryOptions, 'from' | 'to' | 'status' | 'limit'> {
  execution?: string;
  format: 'csv' | 'json' | 'jsonl';
  output?: string;
}

export const addHistory: AddCommand = (program, context) => {
  const history = program
    .command('history')
    .summary('duration and cost of every attempt: list, export, metrics')
    .description('Duration and cost of every attempt, also of removed executions.');
  withFilters(history.command('list').description('Lists attempts: the last to end first.'), 20).action(
    async (_: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<Options>();
      const rows = await latestRows(command, context);
      if (json === true) return printJson({ rows });
      const { printRows } = await import('../history/print-rows.ts');
      printRows(rows);
    },
  );
  withFilters(
    history.command('export').description('Prints all rows, or writes them to a file, however many.'),
  )
    .addOption(new Option('--format <format>', 'how').choices(['csv', 'json', 'jsonl']).default('csv'))
    .option('--output <file>', 'the file to write in place of standard output')
    .action(async (_: unknown, command: Command) => {
      const { format, output, json, ...options } = command.optsWithGlobals<Options>();
      const client = await clientOf(command, context);
      const asked = json === true ? 'json' : format;
      const response = await client.exportHistory({ ...filters(options), format: asked });
      const { save } = await import('../history/save.ts');
      await save(response, output);
    });
  withFilters(
    history
      .command('metrics')
      .description('Summarizes how attempts ended, how long they took and what they cost.'),
  ).action(async (_: unknown, command: Command) => {
    const { Metrics } = await import('../history/metrics.ts');
    const metrics = new Metrics();
    for await (const row of await rowsFor(command, context)) metrics.take(row);
    if (command.optsWithGlobals<Options>().json === true) return printJson(metrics.summary());
    const { printMetrics } = await import('../history/print-metrics.ts');
    printMetrics(metrics.summary());
  });
};

function withFilters(command: Command, limit?: number): Command {
  return command
    .option(
      '--from <time>',
      'only attempts that ended since: 2h, yesterday, 2026-01-31, 2026-01-31T20:00:00Z',
      timeOption,
    )
    .option('--to <time>', 'only attempts that ended before this time', timeOption)
    .addOption(new Option('--status <status>', 'only those with this outcome').choices(STATUSES))
    .option('--execution <id>', 'only those of one execution')
    .option('--limit <n>', limit === undefined ? 'at most so many; default: all' : 'how many', whole, limit);
}

function filters({ from, to, status, limit, execution }: Omit<Options, 'format'>): HistoryOptions {
  return { from, to, status, limit, executionId: execution };
}

async function rowsFor(command: Command, context: Context) {
  const client = await clientOf(command, context);
  return client.history(filters(command.optsWithGlobals<Options>()));
}

/** The history has the newest execution first: an older one may have ended later, and is looked for in so many rows. */
const LOOKED_AT = 2000;

async function latestRows(command: Command, context: Context) {
  const { limit = LOOKED_AT, ...options } = command.optsWithGlobals<Options>();
  const client = await clientOf(command, context);
  const asked = { ...filters(options), limit: Math.max(limit, LOOKED_AT) };
  const rows = await Array.fromAsync(client.history(asked));
  return rows.toSorted((one, other) => Date.parse(other.ended_at) - Date.parse(one.ended_at)).slice(0, limit);
}
