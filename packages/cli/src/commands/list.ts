import type { Command } from 'commander';
import { STRESS_LABEL } from '@cc-executor/contracts/stress-label';
import { clientOf, type GlobalOptions } from '../context.ts';
import { addListFlags, listOptionsOf, type ListFlags } from '../options/list-flags.ts';
import { whole } from '../options/option-values.ts';
import { printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

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
      const page = await client.list({ ...listOptionsOf({ ...flags, label: labels }), limit, cursor });
      if (json === true) return printJson(page);
      (await import('../print/print-list.ts')).printList(page);
    });
};
