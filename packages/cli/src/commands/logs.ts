import type { Command } from 'commander';
import { executionOf } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { whole } from '../options/option-values.ts';
import type { AddCommand } from '../add-command.ts';

interface Options {
  task?: string;
  stdout?: true;
  stderr?: true;
  attempt?: number;
  follow?: true;
  transcript?: true;
  waitThroughPause?: true;
}

export const addLogs: AddCommand = (program, context) => {
  program
    .command('logs')
    .summary('print the whole output of a task')
    .description(
      "Prints a task's whole output, byte for byte: its standard output on standard output, its standard error on standard error; a prompt's is its answer. Default: the last task begun.",
    )
    .argument('<execution>', 'its id')
    .option('--task <task>', 'which task, by number or name')
    .option('--stdout', 'only its standard output')
    .option('--stderr', 'only its standard error, on standard output')
    .option('--attempt <n>', 'which attempt; default: the last one', whole)
    .option('-f, --follow', 'follow the output, of this task or of all, until the end')
    .option(
      '--wait-through-pause',
      'with --follow, without a terminal: also while a login or credit is missing',
    )
    .option('--transcript', 'for a prompt: what the agent said and did')
    .action(async (id: string, options: Options, command: Command) => {
      const { task: asked, stdout, stderr, attempt, follow, transcript, waitThroughPause } = options;
      if (stdout && stderr)
        throw new CliError(EXIT.usage, 'Without --stdout and --stderr, both are printed.');
      const execution = await executionOf(command, context, id);
      const { tasks } = await execution.details();
      const { taskNamed } = await import('../options/choose-tasks.ts');
      const named = asked === undefined ? undefined : taskNamed(tasks, asked).task_number;
      if (follow) {
        const { followOutput } = await import('../follow/follow-output.ts');
        return await followOutput(execution, {
          task: named,
          transcript: transcript === true,
          waitThroughPause,
        });
      }
      const task = named ?? tasks.findLast((one) => one.attempt > 0)?.task_number;
      if (task === undefined) throw new CliError(EXIT.usage, `No task of ${execution.id} has begun.`);
      if (transcript) {
        const { printTranscript } = await import('../follow/transcript.ts');
        return await printTranscript(execution, task, attempt);
      }
      const { printBody } = await import('../print/print-body.ts');
      const which = attempt === undefined ? {} : { attempt };
      if (!stderr) await printBody(await execution.output(task, { stream: 'stdout', ...which }));
      if (!stdout)
        await printBody(
          await execution.output(task, { stream: 'stderr', ...which }),
          stderr ? 'stdout' : 'stderr',
        );
    });
};
