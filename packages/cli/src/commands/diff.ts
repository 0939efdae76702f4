import type { ChangedFile, ChangesOptions, Execution } from '@cc-executor/sdk';
import { Option, type Command } from 'commander';
import { executionOf, type GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { whole } from '../options/option-values.ts';
import { note, oneLine, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface Options extends GlobalOptions {
  task?: string;
  attempt?: number;
  stat?: true;
  nameOnly?: true;
  against?: 'start' | 'previous';
}

export const addDiff: AddCommand = (program, context) => {
  program
    .command('diff')
    .summary('show what an execution or a task changed')
    .description(
      'Prints what an execution, or one of its tasks, changed in its workspace, as a patch for "git apply". On a terminal it uses colours and a pager, as git does.',
    )
    .argument('<execution>', 'its id')
    .argument('[path]', 'a file, or a folder, of the workspace; default: everything')
    .option('--task <task>', 'only this task, by number or name')
    .option('--attempt <n>', 'only this attempt of the task', whole)
    .option('--stat', 'a summary instead of the patch')
    .option('--name-only', 'the names of the changed files alone')
    .addOption(
      new Option('--against <what>', 'with --task: since the execution began, or since the task did')
        .choices(['start', 'previous'])
        .default(undefined, 'previous'),
    )
    .action(async (id: string, path: string | undefined, _: unknown, command: Command) => {
      const { task: named, attempt, stat, nameOnly, against, json }: Options = command.optsWithGlobals();
      if (named === undefined && attempt !== undefined)
        throw new CliError(EXIT.usage, '--attempt needs --task.');
      if ([stat, nameOnly, json].filter(Boolean).length > 1)
        throw new CliError(EXIT.usage, 'Only one of --stat, --name-only and --json is possible.');
      const execution = await executionOf(command, context, id);
      const { taskNumberOf } = await import('../options/choose-tasks.ts');
      const task = await taskNumberOf(execution, named);
      const what = { task, attempt, against, path };
      await noteNothing(execution, what);
      if (json === true || nameOnly === true) return await printFiles(execution, what, json === true);
      const response = await execution.diff({ ...what, format: stat ? 'stat' : 'patch' });
      const { printPatch } = await import('../print/print-patch.ts');
      await printPatch(response, context.env);
    });
};

/** A path that is misspelt would look like one in which nothing has changed. */
async function noteNothing(execution: Execution, what: ChangesOptions): Promise<void> {
  if (what.path === undefined) return;
  const { files } = await execution.changes({ ...what, limit: 1 });
  if (files.length === 0) note(`Nothing has changed at ${JSON.stringify(what.path)}.`);
}

async function printFiles(execution: Execution, what: ChangesOptions, isJson: boolean): Promise<void> {
  const files: ChangedFile[] = [];
  let page = await execution.changes({ ...what, limit: 1000 });
  files.push(...page.files);
  while (page.next_cursor !== null) {
    page = await execution.changes({ ...what, limit: 1000, cursor: page.next_cursor });
    files.push(...page.files);
  }
  if (isJson) printJson({ ...page, files });
  else for (const file of files) print(nameOf(file));
}

function nameOf({ path, encoding }: ChangedFile): string {
  return oneLine(encoding === undefined ? path : Buffer.from(path, 'base64').toString());
}
