import { progressText, statusText } from '@cc-executor/contracts/progress';
import { EXECUTION_STATES, type ExecutionStatus } from '@cc-executor/contracts/states';
import type { ExecutionPage } from '@cc-executor/sdk';
import { type Command, Option } from 'commander';
import { clientOf, type GlobalOptions } from '../context.ts';
import { whole } from '../options/option-values.ts';
import { columns, oneLine, paint, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';
import { styleOf } from '../print/status-styles.ts';

interface Options extends GlobalOptions {
  status?: ExecutionStatus;
  limit: number;
  cursor?: string;
}

export const addList: AddCommand = (program, context) => {
  program
    .command('list')
    .summary('the executions, newest first')
    .description('Lists executions, newest first.')
    .addOption(
      new Option('--status <status>', 'only those in this state').choices(Object.keys(EXECUTION_STATES)),
    )
    .option('--limit <n>', 'how many', whole, 20)
    .option('--cursor <cursor>', 'where the page before ended')
    .action(async (_: unknown, command: Command) => {
      const { status, limit, cursor, json }: Options = command.optsWithGlobals();
      const client = await clientOf(command, context);
      const page = await client.list({
        limit,
        ...(status === undefined ? {} : { status }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (json === true) return printJson(page);
      const rows = page.executions.map((one) => [
        oneLine(one.execution_id),
        stateOf(one),
        progressText(one),
        one.created_at.slice(0, 19).replace('T', ' '),
        oneLine(one.current_task ?? ''),
      ]);
      const [head = '', ...lines] = columns([
        ['EXECUTION', 'STATUS', 'PROGRESS', 'CREATED (UTC)', ''],
        ...rows,
      ]);
      print(paint('bold', head));
      page.executions.forEach((one, index) => {
        const line = lines[index] ?? '';
        print(line.replace(` ${stateOf(one)} `, ` ${paint(styleOf(stateOf(one)), stateOf(one))} `));
      });
      if (page.next_cursor !== null) print(`more: cc-executor list --cursor ${page.next_cursor}`);
    });
};

function stateOf({ status, warned_tasks = 0 }: ExecutionPage['executions'][number]): string {
  return statusText(status, warned_tasks > 0);
}
