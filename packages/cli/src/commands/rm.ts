import type { Command } from 'commander';
import { STRESS_LABEL } from '@cc-executor/contracts/stress-label';
import { clientOf, executionOf, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { addListFlags, listOptionsOf, type ListFlags } from '../options/list-flags.ts';
import { timeOption } from '../options/time-value.ts';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface PruneOptions extends GlobalOptions, ListFlags {
  olderThan?: Date;
  stress?: true;
  dryRun?: true;
  yes?: true;
}

export const addRm: AddCommand = (program, context) => {
  program
    .command('rm')
    .summary('remove ended executions')
    .description(
      'Removes ended executions with their outputs, their evidence and the folders that were made for them. Named folders and the rows in the history stay.',
    )
    .argument('<execution...>', 'their ids')
    .action(async (named: string[], _: unknown, command: Command) => {
      const executions = [];
      // All are found before one is removed.
      for (const one of named) executions.push(await executionOf(command, context, one));
      const { json }: GlobalOptions = command.optsWithGlobals();
      const removed = [];
      for (const execution of executions) {
        removed.push(await execution.remove());
        if (json !== true) print(`removed ${execution.id}`);
      }
      if (json === true) printJson({ removed });
    });
  addListFlags(
    program
      .command('prune')
      .summary('remove old executions')
      .description(
        'Removes ended executions as "rm" does: those submitted before a time, those of "test stress", or those with a label. Asks first, unless --yes is given.',
      )
      .option('--older-than <time>', 'those submitted before: 30d, 2026-01-31', timeOption)
      .option('--stress', 'those of "test stress"')
      .option('--dry-run', 'only show which would be removed')
      .option('--yes', 'do not ask'),
  ).action(async (_: unknown, command: Command) => {
    await prune(command, context);
  });
};

async function prune(command: Command, context: Context): Promise<void> {
  const options: PruneOptions = command.optsWithGlobals();
  const { olderThan, stress, dryRun, yes, json, label = [], ...flags } = options;
  const narrowed = Object.entries({ olderThan, stress, label: label[0], ...listOptionsOf(flags) });
  if (narrowed.every(([, value]) => value === undefined))
    throw new CliError(EXIT.usage, 'Say which ones, such as --older-than 30d; "--to now" is all of them.');
  const labels = stress ? [...label, STRESS_LABEL] : label;
  const { endedOnes, isConfirmed, removeAll } = await import('../prune/prune.ts');
  const client = await clientOf(command, context);
  const filters = { ...listOptionsOf({ ...flags, label: labels }), to: earlier(olderThan, flags.to) };
  const found = await endedOnes(client, filters);
  const ids = found.map(({ execution_id }) => execution_id);
  if (dryRun || ids.length === 0) {
    if (json === true) return printJson({ removed: [], found: ids });
    (await import('../print/print-list.ts')).printList({ executions: found, next_cursor: null });
    return;
  }
  if (yes !== true && !(await isConfirmed(found, json === true))) return print('Nothing was removed.');
  const removed = await removeAll(client, ids);
  if (json === true) return printJson({ removed, found: ids });
  const { counted } = await import('@cc-executor/contracts/english');
  print(`removed ${counted(removed.length, 'execution')}`);
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}
