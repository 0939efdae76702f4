import type { Command } from 'commander';
import { clientOf, type GlobalOptions } from '../context.ts';
import { exitCodeOf } from '../exits/exit-code-of.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { note, oneLine, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';
import { terminal } from '../print/terminal.ts';

interface Options extends GlobalOptions {
  wait?: true;
  watch?: true;
  id?: string;
}

export const addSubmit: AddCommand = (program, context, end) => {
  program
    .command('submit')
    .summary('submit a task file')
    .description(
      'Submits a task file (Markdown, YAML or JSON; "-" reads standard input) and prints the id of its execution.',
    )
    .argument('<file>', 'the task file')
    .option('--wait', 'wait for the end, print the results, and end as it ends')
    .option('--watch', 'follow it to its end, and end as it ends')
    .option('--id <id>', 'an id of your own for the execution')
    .action(async (file: string, _: unknown, command: Command) => {
      const { wait, watch, id, json = false }: Options = command.optsWithGlobals();
      if (wait && watch) throw new CliError(EXIT.usage, '--wait and --watch exclude each other.');
      const { atTheirPlaces, readTaskFile } = await import('../task-files/read-task-file.ts');
      const { tasks, ...rest } = await readTaskFile(file);
      const client = await clientOf(command, context);
      const own = id === undefined ? {} : { execution_id: id };
      const execution = await atTheirPlaces(tasks, client.execute(tasks, { ...rest, ...own }));
      for (const { task, code, message } of execution.warnings)
        note(`! ${String(task)}. ${code}: ${oneLine(message)}`);
      if (watch) {
        const { followToEnd } = await import('../follow/follow.ts');
        return end(await followToEnd(execution, { json }));
      }
      if (wait) {
        const { waitForResult } = await import('../follow/wait-for-result.ts');
        const results = await waitForResult(execution);
        if (json) printJson(results);
        else (await import('../print/print-results.ts')).printResults(results);
        return end(exitCodeOf(results));
      }
      if (json) return printJson({ execution_id: execution.id, total_tasks: tasks.length });
      print(execution.id);
      if (terminal.isTerminal) note(`"cc-executor watch ${execution.id}" shows how it goes.`);
    });
};
