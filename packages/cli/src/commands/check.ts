import { type Command, Option } from 'commander';
import { CcServerError, type Task } from '@cc-executor/sdk';
import { clientOf, type GlobalOptions } from '../context.ts';
import { counted } from '@cc-executor/contracts/english';
import { print, printJson } from '../print/print.ts';
import { addVarFlag, type VarFlag } from '../options/var-flag.ts';
import type { AddCommand } from '../add-command.ts';
import { contentWriter } from '../print/terminal.ts';

/** A server that does not answer within this time is done without. Milliseconds. */
const PATIENCE_MS = 10_000;

interface Options extends GlobalOptions, VarFlag {
  to?: 'markdown' | 'yaml' | 'json';
}

export const addCheck: AddCommand = (program, context) => {
  const check = program
    .command('check')
    .summary('check a task file, or convert it')
    .description(
      'Checks a task file without running it; a running server checks it too. With --to it prints the same tasks in another format.',
    )
    .argument('<file>', 'the task file; "-" reads standard input')
    .addOption(new Option('--to <format>', 'print it so').choices(['markdown', 'yaml', 'json']))
    .action(async (file: string, _: unknown, command: Command) => {
      const { to, json, var: vars }: Options = command.optsWithGlobals();
      const { atTheirPlaces, readTaskFile } = await import('../task-files/read-task-file.ts');
      const submission = await readTaskFile(file, vars);
      const { tasks, ...rest } = submission;
      await atTheirPlaces(
        tasks,
        ifReached(async () =>
          (await clientOf(command, context)).analyze(tasks as Task[], {
            ...rest,
            signal: AbortSignal.timeout(PATIENCE_MS),
          }),
        ),
      );
      if (to !== undefined) {
        const { writeTaskFile } = await import('../task-files/write-task-file.ts');
        await contentWriter('stdout')(writeTaskFile(submission, to));
      } else if (json === true) printJson(submission);
      else print(`${file}: ${counted(submission.tasks.length, 'task')}, no faults`);
    });
  addVarFlag(check);
};

/** Asks the server, where there is one: a file can be checked without. Throws the faults that it finds in the list. */
async function ifReached(asking: () => Promise<unknown>): Promise<void> {
  try {
    await asking();
  } catch (error) {
    if (error instanceof CcServerError && error.status !== null && error.errors.length > 0) throw error;
  }
}
