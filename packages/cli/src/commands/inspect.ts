import type { Command } from 'commander';
import { clientOf, executionOf, type Context, type GlobalOptions } from '../context.ts';
import type { Execution } from '@cc-executor/sdk';
import { whole } from '../options/option-values.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface Options extends GlobalOptions {
  attempt?: number;
}

/** The files of a task: its receipt, its transcript, and its workspace. */
export const addInspect: AddCommand = (program, context) => {
  program
    .command('receipt')
    .summary('print the record of what a task did')
    .description('Prints the receipt of an attempt as JSON: what it did, with its hashes.')
    .argument('<execution>', 'its id')
    .argument('[task]', 'which task, by number or name; default: the only one')
    .option('--attempt <n>', 'which attempt; default: the last one', whole)
    .action(async (id: string, named: string | undefined, { attempt }: Options, command: Command) => {
      const { execution, task_number } = await taskOf(command, context, id, named);
      const receipt = await execution.receipt(task_number, attempt === undefined ? {} : { attempt });
      const { json }: GlobalOptions = command.optsWithGlobals();
      if (json === true) printJson(receipt);
      else print(JSON.stringify(receipt, null, 2));
    });
  program
    .command('transcript')
    .summary('print what the agent of a task said and did')
    .description('Prints what the agent of a prompt said, which tools it used, and what they returned.')
    .argument('<execution>', 'its id')
    .argument('[task]', 'which task, by number or name; default: the only one')
    .option('--attempt <n>', 'which attempt; default: the last one', whole)
    .action(async (id: string, named: string | undefined, { attempt }: Options, command: Command) => {
      const { execution, task_number } = await taskOf(command, context, id, named);
      const { printTranscript } = await import('../follow/transcript.ts');
      await printTranscript(execution, task_number, attempt);
    });
  program
    .command('workspace')
    .summary('print the path of its folder')
    .description(
      "Prints the path of the execution's folder on the server's machine: cd $(cc-executor workspace last)",
    )
    .argument('<execution>', 'its id')
    .action(async (id: string, _: unknown, command: Command) => {
      const execution = await executionOf(command, context, id);
      const { workspacePath } = await import('../connection/workspace-path.ts');
      const { workspace } = await execution.details();
      const path = await workspacePath(await clientOf(command, context), workspace);
      const { json }: GlobalOptions = command.optsWithGlobals();
      if (json === true) printJson({ execution_id: execution.id, workspace: path });
      else print(path);
    });
};

/** Returns the named execution, and the number of the task that was named by its number or name, or is the only one. */
async function taskOf(
  command: Command,
  context: Context,
  id: string,
  named: string | undefined,
): Promise<{ execution: Execution; task_number: number }> {
  const execution = await executionOf(command, context, id);
  const { taskNamed } = await import('../options/choose-tasks.ts');
  const { tasks } = await execution.details();
  if (named === undefined && tasks.length > 1)
    throw new CliError(
      EXIT.usage,
      `It has ${String(tasks.length)} tasks: name one, as in "cc-executor ${command.name()} ${id} 1".`,
    );
  const { task_number } = taskNamed(tasks, named ?? '1');
  return { execution, task_number };
}
