import { dataToMove, workspacesWarning, type Env, type Settings } from '@cc-executor/service-kit';
import { INSTALLATION_ROOT } from '@cc-executor/service-kit/project-root';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { envFileWarning } from './env-file-warning.ts';
import type { StartWarning } from './start-warning.ts';

/** Returns warnings about the places that `env` and its settings name, for the start and for `doctor`. */
export function startWarnings(
  env: Env,
  settings: Pick<Settings, 'CC_EXECUTOR_WORKSPACES_DIR' | 'CC_EXECUTOR_DATA_DIR'>,
): StartWarning[] {
  return [
    earlierData(env),
    readableData(settings.CC_EXECUTOR_DATA_DIR),
    workspacesWarning(settings.CC_EXECUTOR_WORKSPACES_DIR),
    envFileWarning(INSTALLATION_ROOT, env),
  ].filter((warning) => warning !== null);
}

/** The folder that cc-executor creates is private; an existing one may be meant for others as well. */
function readableData(path: string): StartWarning | null {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o007) === 0) return null;
  return {
    what: `Every user of this machine can read ${path}: the outputs and conversations of all tasks.`,
    cure: `Run: chmod o-rwx ${quoted(path)}`,
  };
}

function earlierData(env: Env): StartWarning | null {
  const move = dataToMove(env);
  if (move === null) return null;
  const [from, to, parent] = [move.from, move.to, dirname(move.to)].map(quoted);
  return {
    what: `The data is still used in ${move.from}, inside of this installation, where earlier versions kept it; its place is ${move.to} now.`,
    cure: `To move it, stop the server and run: mkdir -p ${String(parent)} && mv ${String(from)} ${String(to)}`,
  };
}

/** Quotes a text as one word for a shell. */
function quoted(path: string): string {
  return /^[\w./~+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
