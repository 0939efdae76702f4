import type { Command } from 'commander';
import type { Applied } from '../apply/apply-patch.ts';
import { executionOf, type GlobalOptions } from '../context.ts';
import { whole } from '../options/option-values.ts';
import { oneLine, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface Options extends GlobalOptions {
  task?: number;
  dryRun?: boolean;
}

export const addApply: AddCommand = (program, context) => {
  program
    .command('apply')
    .summary('bring what was changed into this folder')
    .description(
      'Brings what an execution, or one of its tasks, has changed into the folder that you stand in; if it worked in a clone of a repository, into the root of the repository around you. All of it or nothing: where files have uncommitted changes or there are conflicts, it reports them and changes nothing. Nothing is staged or committed.',
    )
    .argument('<execution>', 'its id')
    .option('--task <n>', 'of this task alone, from 1', whole)
    .option('--dry-run', 'only say what would change')
    .action(async (id: string, _: unknown, command: Command) => {
      const { task, dryRun = false, json }: Options = command.optsWithGlobals();
      const { applyChanges } = await import('../apply/apply-changes.ts');
      const execution = await executionOf(command, context, id);
      const { folder, ...applied } = await applyChanges(execution, { task, dryRun, env: context.env });
      if (json === true) printJson({ ...applied, paths: applied.paths.map(pathForJson), folder });
      else printApplied(applied, oneLine(folder));
    });
};

function printApplied({ outcome, merged, paths }: Applied, folder: string): void {
  if (outcome === 'nothing_to_apply') return print('nothing to apply: no file was changed');
  if (outcome === 'already_there') return print(`nothing to apply: ${folder} has all of it`);
  for (const path of paths) print(oneLine(Buffer.from(path, 'latin1').toString()));
  const count = `${String(paths.length)} ${paths.length === 1 ? 'path' : 'paths'}`;
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
