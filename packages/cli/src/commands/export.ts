import { type Command, Option } from 'commander';
import { executionOf } from '../context.ts';
import { note } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';
import { contentWriter } from '../print/terminal.ts';
import type { Format } from '@cc-executor/task-files';

export const addExport: AddCommand = (program, context) => {
  program
    .command('export')
    .summary('print the task list of an execution')
    .description(
      'Prints the submitted list as a task file that can be submitted again. Variables have their values; possible secrets of MCP servers are left out.',
    )
    .argument('<execution>', 'its id')
    .addOption(
      new Option('--format <format>', 'the format of the file')
        .choices(['markdown', 'yaml', 'json'])
        .default('markdown'),
    )
    .action(async (id: string, { format }: { format: Format }, command: Command) => {
      const execution = await executionOf(command, context, id);
      const submission = await execution.submission();
      const { writeTaskFile } = await import('../task-files/write-task-file.ts');
      const lists = [submission, ...submission.tasks.filter((task) => typeof task !== 'string')];
      if (lists.some((list) => list.mcp_servers !== undefined))
        note(
          'The environment, the headers and the paths of MCP servers are left out: add them before it runs again.',
        );
      await contentWriter('stdout')(writeTaskFile(submission, format));
    });
};
