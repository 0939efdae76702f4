import type { Command } from 'commander';
import { executionOf } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { whole } from '../options/option-values.ts';
import type { AddCommand } from '../add-command.ts';

interface Options {
  task?: number;
  stderr?: true;
  attempt?: number;
}

export const addLogs: AddCommand = (program, context) => {
  program
    .command('logs')
    .summary("a task's whole output")
    .description(
      "Prints a task's whole output, byte for byte; a prompt's is its answer. Default: the last task begun.",
    )
    .argument('<execution>', 'its id')
    .option('--task <n>', 'which task, from 1', whole)
    .option('--stderr', 'its standard error in place of its standard output')
    .option('--attempt <n>', 'which attempt; default: the last one', whole)
    .action(async (id: string, { task: asked, stderr, attempt }: Options, command: Command) => {
      const execution = await executionOf(command, context, id);
      const { tasks } = await execution.details();
      const task = asked ?? tasks.findLast((one) => one.attempt > 0)?.task_number;
      if (task === undefined) throw new CliError(EXIT.usage, `No task of ${id} has begun.`);
      const response = await execution.output(task, {
        stream: stderr ? 'stderr' : 'stdout',
        ...(attempt === undefined ? {} : { attempt }),
      });
      const { printBody } = await import('../print/print-body.ts');
      await printBody(response);
    });
};
