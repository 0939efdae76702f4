import { CcServerError, type Submission } from '@cc-executor/sdk';
import type { Command } from 'commander';
import { messageFor } from '../exits/call-failure.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { optionOf } from './option-of.ts';
import type { OverrideFlags } from './override-flags.ts';

/** Returns the list with what the flags say. Its tasks stay the same list, whose places in the file are known. */
export function overridden({ tasks, ...list }: Submission, flags: OverrideFlags): Submission {
  const { id, title, workspace, onFailure, timeout, model, strict, label: labels } = flags;
  const said = {
    execution_id: id,
    title,
    workspace,
    on_failure: onFailure,
    timeout_per_task: timeout,
    strict,
    ...(labels && { labels: { ...list.labels, ...labels } }),
  };
  if (model !== undefined)
    tasks.forEach((task, index) => {
      if (typeof task === 'string') tasks[index] = { prompt: task, model };
      else if (task.prompt !== undefined) tasks[index] = { model, ...task };
    });
  const given = Object.entries(said).filter(([, value]) => value !== undefined);
  return { ...list, ...Object.fromEntries(given), tasks };
}

/** Returns what the server found wrong with the flags, which are in no line of the file; null where that is not all. */
export function faultOfFlags(error: unknown, flags: OverrideFlags, command: Command): CliError | null {
  if (!(error instanceof CcServerError) || error.errors.length === 0) return null;
  const given = new Set(
    Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [name])),
  );
  const areFlags = error.errors.every(({ path }) => {
    const named = optionOf(command, path);
    const option = command.options.find(({ long }) => long === named);
    return option !== undefined && given.has(option.attributeName());
  });
  return areFlags ? new CliError(EXIT.usage, messageFor(command, error)) : null;
}
