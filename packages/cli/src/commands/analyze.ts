import type { Task } from '@cc-executor/sdk';
import type { Command } from 'commander';
import { addVarFlag, type VarFlag } from '../options/var-flag.ts';
import type { AddCommand } from '../add-command.ts';
import { clientOf, type GlobalOptions } from '../context.ts';
import { printJson } from '../print/print.ts';

export const addAnalyze: AddCommand = (program, context) => {
  const analyze = program
    .command('analyze')
    .summary('forecast the duration of a task file, and check its prompts')
    .description(
      'Shows for each task its kind, its expected duration by earlier runs, and possible faults of its prompt. Runs nothing.',
    )
    .argument('<file>', 'the task file; "-" reads standard input')
    .action(async (file: string, _: unknown, command: Command) => {
      const { json, var: vars }: GlobalOptions & VarFlag = command.optsWithGlobals();
      const { atTheirPlaces, readTaskFile } = await import('../task-files/read-task-file.ts');
      const { tasks, ...rest } = await readTaskFile(file, vars);
      const client = await clientOf(command, context);
      const analysis = await atTheirPlaces(tasks, client.analyze(tasks as Task[], rest));
      if (json === true) printJson(analysis);
      else (await import('../print/print-analysis.ts')).printAnalysis(analysis);
    });
  addVarFlag(analyze);
};
