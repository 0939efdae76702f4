import { unknownNames } from '@cc-executor/local-stack/setting-names';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** The most common settings. The table of all settings is slow to load, and is only searched for other names. */
const OFTEN = `API_PORT WS_PORT API_KEY HOST DATA_DIR WORKSPACES_DIR KEYS_DIR CONCURRENCY SHELL HOOKS_DIR`
  .split(' ')
  .map((name) => `CC_EXECUTOR_${name}`);

/** These report all errors themselves, or have nothing to do with settings. */
const LENIENT: ReadonlySet<string> = new Set(['config', 'doctor', 'completion', 'init', 'check']);

/** Throws a CliError where a variable looks like a setting and is none: it would have no effect. */
export async function refuseUnknownNames(command: Command, env: Context['env']): Promise<void> {
  if (LENIENT.has(command.name()) || LENIENT.has(command.parent?.name() ?? '')) return;
  if (unknownNames(env, OFTEN).length === 0) return;
  const { describeSettings } = await import('@cc-executor/local-stack');
  const known = describeSettings(env).settings.map(({ name }) => name);
  const faults = unknownNames(env, known);
  if (faults.length > 0) throw new CliError(EXIT.usage, faults.join('\n'));
}
