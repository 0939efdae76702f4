import { type Command, Option } from 'commander';
import type { GlobalOptions } from '../context.ts';
import { counted } from '@cc-executor/contracts/english';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';
import { contentWriter } from '../print/terminal.ts';

interface Options extends GlobalOptions {
  to?: 'markdown' | 'yaml' | 'json';
}

export const addCheck: AddCommand = (program) => {
  program
    .command('check')
    .summary('check a task file, or turn it into another format')
    .description(
      'Checks a task file without running it; with --to it prints the same tasks in another format.',
    )
    .argument('<file>', 'the task file; "-" reads standard input')
    .addOption(new Option('--to <format>', 'print it so').choices(['markdown', 'yaml', 'json']))
    .action(async (file: string, _: unknown, command: Command) => {
      const { to, json }: Options = command.optsWithGlobals();
      const { readTaskFile } = await import('../task-files/read-task-file.ts');
      const submission = await readTaskFile(file);
      if (to !== undefined) {
        const { writeTaskFile } = await import('../task-files/write-task-file.ts');
        await contentWriter('stdout')(writeTaskFile(submission, to));
      } else if (json === true) printJson(submission);
      else print(`${file}: ${counted(submission.tasks.length, 'task')}, no faults`);
    });
};
