import { CcServerError, type Submission } from '@cc-executor/sdk';
import { CliError, EXIT } from '../exits/exit-codes.ts';
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

const FIELDS: Readonly<Record<keyof OverrideFlags, string>> = {
  id: 'execution_id',
  title: 'title',
  workspace: 'workspace',
  onFailure: 'on_failure',
  timeout: 'timeout_per_task',
  model: 'model',
  strict: 'strict',
  label: 'labels',
};

/** Returns what the server found wrong with the flags, which are in no line of the file; null where that is not all. */
export function faultOfFlags(error: unknown, flags: OverrideFlags): CliError | null {
  if (!(error instanceof CcServerError) || error.errors.length === 0) return null;
  const given = new Set(
    Object.entries(FIELDS).flatMap(([flag, field]) =>
      flags[flag as keyof OverrideFlags] === undefined ? [] : [field],
    ),
  );
  const areFlags = error.errors.every(({ path }) => given.has(path.split('.')[0] ?? ''));
  if (!areFlags) return null;
  const [only, ...others] = error.errors;
  const lines = error.errors.map(({ path, message }) => `${path} ${message}`);
  return new CliError(
    EXIT.usage,
    only !== undefined && others.length === 0 ? error.message : lines.join('\n'),
  );
}
