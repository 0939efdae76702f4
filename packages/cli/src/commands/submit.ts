import type { Task } from '@cc-executor/sdk';
import type { Command } from 'commander';
import { clientOf, type GlobalOptions } from '../context.ts';
import { exitCodeOf } from '../exits/exit-code-of.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { addOverrideFlags, type OverrideFlags } from '../options/override-flags.ts';
import { note, oneLine, print, printJson } from '../print/print.ts';
import { addVarFlag, type VarFlag } from '../options/var-flag.ts';
import type { AddCommand } from '../add-command.ts';

interface Options extends GlobalOptions, OverrideFlags, VarFlag {
  wait?: true;
  watch?: true;
  waitThroughPause?: true;
  dryRun?: true;
}

export const addSubmit: AddCommand = (program, context, end) => {
  const submit = program
    .command('submit')
    .summary('submit a task file')
    .description(
      'Submits a task file (Markdown, YAML or JSON; "-" reads standard input) and prints the id of its execution. The workspace, the expected duration and the next steps go to standard error.',
    )
    .argument('<file>', 'the task file')
    .option('--wait', 'wait for the end, print the results, and end as it ends; a pause ends it with 6')
    .option('--wait-through-pause', 'wait also while it is paused')
    .option('--watch', 'follow it until it ends; the exit code says how')
    .option('--dry-run', 'check it on the server and show the forecast; submit nothing');
  addVarFlag(addOverrideFlags(submit)).action(async (file: string, _: unknown, command: Command) => {
    const { wait, watch, dryRun, json = false, var: vars, ...flags }: Options = command.optsWithGlobals();
    const waits = wait === true || (flags.waitThroughPause === true && watch !== true);
    if ([waits, watch, dryRun].filter(Boolean).length > 1)
      throw new CliError(EXIT.usage, '--wait, --watch and --dry-run exclude each other.');
    const { atTheirPlaces, readTaskFile } = await import('../task-files/read-task-file.ts');
    const { faultOfFlags, overridden } = await import('../options/list-overrides.ts');
    const { tasks, ...rest } = overridden(await readTaskFile(file, vars), flags);
    const client = await clientOf(command, context);
    const answered = async <T>(answer: Promise<T>) =>
      await atTheirPlaces(
        tasks,
        answer.catch((error: unknown) => {
          throw faultOfFlags(error, flags, command) ?? error;
        }),
      );
    if (dryRun) {
      const analysis = await answered(client.analyze(tasks as Task[], rest));
      if (json) return printJson(analysis);
      (await import('../print/print-analysis.ts')).printAnalysis(analysis);
      return note('Nothing was submitted (--dry-run).');
    }
    const execution = await answered(client.execute(tasks as Task[], rest));
    for (const { task, code, message } of execution.warnings)
      note(`! ${String(task)}. ${code}: ${oneLine(message)}`);
    if (watch) {
      const { followToEnd } = await import('../follow/follow.ts');
      return end(await followToEnd(execution, { json, waitThroughPause: flags.waitThroughPause }));
    }
    if (waits) {
      const { waitForResult } = await import('../follow/wait-for-result.ts');
      const results = await waitForResult(execution, flags);
      end(exitCodeOf(results));
      if (json) return printJson(results);
      return (await import('../print/print-results.ts')).printResults(results);
    }
    if (json) return printJson({ execution_id: execution.id, total_tasks: tasks.length });
    print(execution.id);
    const { printSubmitted } = await import('../print/print-submitted.ts');
    await printSubmitted(client, execution, { ...rest, tasks });
  });
};
