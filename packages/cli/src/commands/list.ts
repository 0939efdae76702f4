import type { Command } from 'commander';
import { STRESS_LABEL } from '@cc-executor/contracts/stress-label';
import { clientOf, type GlobalOptions } from '../context.ts';
import { addListFlags, listOptionsOf, type ListFlags } from '../options/list-flags.ts';
import { whole } from '../options/option-values.ts';
import { printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

const NONE_YET = `No executions yet. Run a command: cc-executor run 'echo hello'\nOr a list of tasks: cc-executor submit tasks.md (init writes one to start from)`;

interface Options extends GlobalOptions, ListFlags {
  limit: number;
  cursor?: string;
  all?: true;
}

export const addList: AddCommand = (program, context) => {
  const list = program
    .command('list')
    .summary('list executions, newest first')
    .description('Lists executions, newest first, without those of "test stress".');
  addListFlags(list)
    .option('--all', 'include those of "test stress"')
    .option('--limit <n>', 'how many', whole, 20)
    .option('--cursor <cursor>', 'where the page before ended')
    .action(async (_: unknown, command: Command) => {
      const { limit, cursor, all, json, label = [], ...flags }: Options = command.optsWithGlobals();
      const client = await clientOf(command, context);
      const asked = label.some((one) => one.replace(/^!/, '').startsWith(STRESS_LABEL));
      const labels = all === true || asked ? label : [...label, `!${STRESS_LABEL}`];
      const given = listOptionsOf(flags);
      const page = await client.list({ ...given, label: labels, limit, cursor });
      if (json === true) return printJson(page);
      const isFiltered = [...label, cursor, ...Object.values(given)].some((value) => value !== undefined);
      (await import('../print/print-list.ts')).printList(page, isFiltered ? undefined : NONE_YET);
    });
};
