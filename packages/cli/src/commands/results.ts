import type { Execution } from '@cc-executor/sdk';
import type { Command } from 'commander';
import { executionOf, type GlobalOptions } from '../context.ts';
import { exitCodeOf } from '../exits/exit-code-of.ts';
import { note, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

export const addResults: AddCommand = (program, context, end) => {
  program
    .command('results')
    .summary('what each task gave')
    .description(
      'Prints what each task gave, so far or at the end. With --wait the exit code tells how it ended.',
    )
    .argument('<execution>', 'its id')
    .option('--wait', 'wait for its end')
    .action(async (id: string, options: { wait?: true }, command: Command) => {
      const execution = await executionOf(command, context, id);
      const results = options.wait ? await waitFor(execution) : await execution.results();
      const { json }: GlobalOptions = command.optsWithGlobals();
      if (json === true) printJson(results);
      else (await import('../print/print-results.ts')).printResults(results);
      if (options.wait) end(exitCodeOf(results));
    });
};

async function waitFor(execution: Execution) {
  const { status, reason, head: after, epoch } = await execution.status();
  if (status === 'paused')
    note(
      `cc-executor: it is paused (${String(reason)}); "cc-executor watch ${execution.id}" says what to do`,
    );
  const { waitForResult } = await import('../follow/wait-for-result.ts');
  return await waitForResult(execution, { after, epoch });
}
