import { realpathSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { isCredential } from './credentials.ts';
import { withoutPackageManager } from './package-manager.ts';
import type { Env } from './settings.ts';

/** Variables that name a repository of the place where a service was started. Source: `git rev-parse --local-env-vars`. */
const OF_ANOTHER_PLACE =
  /^(GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|SHALLOW_FILE|GRAFT_FILE|NAMESPACE|PREFIX)|PWD|OLDPWD|_)$/;

/**
 * Returns the environment that tasks, checks and hooks may inherit from a service, and git that works for them: nothing
 * that leads out of their workspaces into the place where the service was started. Git does not look for a repository above `workspaces`, the
 * root of all workspaces; the user's own ceilings stay.
 */
export function inheritedEnvironment(env: Env, workspaces: string): Record<string, string> {
  const root = realPath(workspaces);
  // Git ignores a ceiling that is the current directory itself, so the folder above is one as well.
  const ceilings = [env['GIT_CEILING_DIRECTORIES'], root, dirname(root)];
  const kept = Object.entries(withoutPackageManager(env)).filter(([name]) => !OF_ANOTHER_PLACE.test(name));
  return {
    ...Object.fromEntries(kept),
    GIT_CEILING_DIRECTORIES: ceilings.filter((path) => path).join(delimiter),
  };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It is created when the first task needs it.
    return resolve(path);
  }
}

const OURS = /^(CC_EXECUTOR_|ANTHROPIC_|CLAUDE_CODE_|CLAUDE_CONFIG_DIR$|REDIS_URL$|NODE_COMPILE_CACHE$)/;

/**
 * Returns what a command may see of a service's environment: all except our settings and caches, and credentials of any
 * kind. `passed` names credentials that are kept.
 */
export function commandEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  passed: readonly string[] = [],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        !OURS.test(entry[0]) &&
        (passed.includes(entry[0]) || !isCredential(...entry)),
    ),
  );
}
