import { withoutPackageManager } from '@cc-executor/local-stack/environment';
import { INSTALLATION_ROOT } from '@cc-executor/local-stack/project-root';
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Context } from '../context.ts';

/** The process that a service manager starts. */
export interface LaunchPlan {
  /** The program and its arguments. */
  command: readonly string[];
  folder: string;
  /** The PATH of the user, so that tasks find their programs. */
  path: string;
}

/** Of the shell that installs the service, these are not there at boot. */
const SETTINGS = /^(CC_EXECUTOR_|ANTHROPIC_|CLAUDE_CODE_|REDIS_URL$|ALLOWED_COMMANDS$)/;

export function launchPlanOf(env: Context['env']): LaunchPlan {
  // The version may change in the path of the Node that came with the installation; its link stays.
  const own = join(INSTALLATION_ROOT, 'node_modules/.bin/node');
  const main = join(import.meta.dirname, '..', `main${extname(import.meta.filename)}`);
  return {
    command: [existsSync(own) ? own : process.execPath, main, 'server', 'start'],
    folder: INSTALLATION_ROOT,
    path: withoutPackageManager({ ...env })['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  };
}

/** Returns the names of settings that only this shell has: a service will not have them. */
export function settingsOfShell({ sources }: Context): string[] {
  const [shell, installation] = sources;
  const names = Object.keys(shell?.values ?? {}).filter((name) => SETTINGS.test(name));
  return names.filter((name) => installation?.values[name] === undefined);
}
