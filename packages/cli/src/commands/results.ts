import type { Command } from 'commander';
import { executionOf, type GlobalOptions } from '../context.ts';
import { exitCodeOf } from '../exits/exit-code-of.ts';
import { printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface Options extends GlobalOptions {
  wait?: true;
  waitThroughPause?: true;
  failed?: true;
  task?: string[];
  full?: true;
}

export const addResults: AddCommand = (program, context, end) => {
  program
    .command('results')
    .summary('show the result of each task')
    .description(
      'Prints the result of each task, so far or at the end. With --wait the exit code says how the execution ended.',
    )
    .argument('<execution>', 'its id')
    .option('--failed', 'only the tasks that did not succeed')
    .option('--task <task...>', 'only these tasks, by number or name')
    .option('--full', 'all lines of long outputs')
    .option('--wait', 'wait for its end; a pause ends it with 6')
    .option('--wait-through-pause', 'wait for its end, also while it is paused')
    .action(async (id: string, _: unknown, command: Command) => {
      const options: Options = command.optsWithGlobals();
      const waits = options.wait === true || options.waitThroughPause === true;
      const execution = await executionOf(command, context, id);
      const { waitFromNow } = await import('../follow/wait-for-result.ts');
      const results = waits ? await waitFromNow(execution, options) : await execution.results();
      const { chosenTasks } = await import('../options/choose-tasks.ts');
      const shown = { ...results, results: chosenTasks(results.results, options) };
      if (waits) end(exitCodeOf(results));
      if (options.json === true) printJson(shown);
      else (await import('../print/print-results.ts')).printResults(shown, options);
    });
};
