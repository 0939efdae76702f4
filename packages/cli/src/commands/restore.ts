import { counted } from '@cc-executor/contracts/english';
import type { RestoreView } from '@cc-executor/sdk';
import type { Command } from 'commander';
import { executionOf, type GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { note, oneLine, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface Options extends GlobalOptions {
  before?: string;
  after?: string;
  snapshot?: string;
  dryRun?: true;
  hard?: true;
}

export const addRestore: AddCommand = (program, context) => {
  program
    .command('restore')
    .summary('restore a workspace to before or after a task')
    .description(
      'Restores the workspace of a paused or ended execution to its state before or after a task. The current state is kept, and the output says how to undo the restore.',
    )
    .argument('<execution>', 'its id')
    .option('--before <task>', 'to what it was before this task, by number or name')
    .option('--after <task>', 'to what it was after this task, by number or name')
    .option('--snapshot <id>', 'to a snapshot of the execution, such as the one that a restore has left')
    .option('--hard', 'in the clone of a repository: move the branch back, in place of a commit on top')
    .option('--dry-run', 'only show what would change')
    .action(async (id: string, _: unknown, command: Command) => {
      const { before, after, snapshot, dryRun, hard, json }: Options = command.optsWithGlobals();
      if ([before, after, snapshot].filter((one) => one !== undefined).length !== 1)
        throw new CliError(EXIT.usage, 'Name one of --before, --after and --snapshot.');
      const execution = await executionOf(command, context, id);
      const { taskNumberOf } = await import('../options/choose-tasks.ts');
      const result = await execution.restore({
        beforeTask: await taskNumberOf(execution, before),
        afterTask: await taskNumberOf(execution, after),
        snapshot,
        dryRun,
        hard,
      });
      if (json === true) printJson(result);
      else printRestore(id, result);
    });
};

function printRestore(
  id: string,
  { dry_run, left, changes, changes_total, kept, kept_total, branch }: RestoreView,
): void {
  for (const { path, encoding, action } of changes)
    print(`${action.replaceAll('_', ' ').padEnd('set permissions'.length)}  ${named(path, encoding)}`);
  if (changes_total > changes.length) print(`and ${String(changes_total - changes.length)} more`);
  for (const { path, encoding, why } of kept)
    note(`cc-executor: ${named(path, encoding)} stays as it is (${why.replaceAll('_', ' ')})`);
  if (kept_total > kept.length) note(`cc-executor: and ${String(kept_total - kept.length)} more stay`);
  for (const warning of branch?.warnings ?? []) note(`cc-executor: ${oneLine(warning)}`);
  if (branch) print(`the branch ${oneLine(branch.name)} is at ${branch.commit}`);
  const paths = counted(changes_total, 'path');
  if (dry_run) print(`${paths} would change; nothing was changed`);
  else print(`${paths} changed; "cc-executor restore ${id} --snapshot ${String(left)}" undoes it`);
}

function named(path: string, encoding: 'base64' | undefined): string {
  return oneLine(encoding === undefined ? path : Buffer.from(path, 'base64').toString());
}
