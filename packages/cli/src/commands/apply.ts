import { counted } from '@cc-executor/contracts/english';
import type { Command } from 'commander';
import type { Applied } from '../apply/apply-patch.ts';
import { executionOf, type GlobalOptions } from '../context.ts';
import { oneLine, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface Options extends GlobalOptions {
  task?: string;
  dryRun?: boolean;
}

export const addApply: AddCommand = (program, context) => {
  program
    .command('apply')
    .summary('apply the changes to this folder')
    .description(
      'Applies the changes of an execution, or of one task, to the current folder; if the execution worked in a clone of a repository, to the root of the repository around the current folder. It applies everything or nothing: if files have uncommitted changes or conflict, it reports them and changes nothing. Nothing is staged or committed.',
    )
    .argument('<execution>', 'its id')
    .option('--task <task>', 'only this task, by number or name')
    .option('--dry-run', 'only show what would change')
    .action(async (id: string, _: unknown, command: Command) => {
      const { task: named, dryRun = false, json }: Options = command.optsWithGlobals();
      const { applyChanges } = await import('../apply/apply-changes.ts');
      const execution = await executionOf(command, context, id);
      const { taskNumberOf } = await import('../options/choose-tasks.ts');
      const task = await taskNumberOf(execution, named);
      const { folder, ...applied } = await applyChanges(execution, { task, dryRun, env: context.env });
      if (json === true) printJson({ ...applied, paths: applied.paths.map(pathForJson), folder });
      else printApplied(applied, oneLine(folder));
    });
};

function printApplied({ outcome, merged, paths }: Applied, folder: string): void {
  if (outcome === 'nothing_to_apply') return print('nothing to apply: no file was changed');
  if (outcome === 'already_there') return print(`nothing to apply: ${folder} has all of it`);
  for (const path of paths) print(oneLine(Buffer.from(path, 'latin1').toString()));
  const count = counted(paths.length, 'path');
  const how = merged ? ', merged with what has changed there' : '';
  if (outcome === 'would_apply') print(`${count} would change in ${folder}${how}; nothing was changed`);
  else print(`${count} changed in ${folder}${how}`);
}

/** A path as the answers of the server have it: base64 where it is not UTF-8. */
function pathForJson(path: string): { path: string; encoding?: 'base64' } {
  const bytes = Buffer.from(path, 'latin1');
  const text = bytes.toString();
  if (Buffer.from(text).equals(bytes)) return { path: text };
  return { path: bytes.toString('base64'), encoding: 'base64' };
}
