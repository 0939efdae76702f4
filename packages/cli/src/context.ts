import { LINEAGE_VARIABLE, parseLineage } from '@cc-executor/contracts/lineage';
import { reachable } from '@cc-executor/local-stack/addresses';
import { installationKeyOf } from '@cc-executor/local-stack/installation-key';
import type { CcExecutor } from '@cc-executor/sdk';
import type { Command } from 'commander';
import { connectionOf } from './connection/connection.ts';
import type { SettingsSource } from './connection/settings-sources.ts';
import { note } from './print/print.ts';

/** What every command gets. */
export interface Context {
  /** The environment, with what the .env of the installation adds. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where settings come from, one by one: an address and a key have to come from the same. */
  sources: readonly SettingsSource[];
  /** Called once when nobody reads our output any more; default: the process ends. */
  onOutputClosed: () => void;
}

/** What is said by a command's options, its own and those of all commands. */
export interface GlobalOptions {
  url?: string;
  json?: boolean;
  debug?: boolean;
}

/** A client of the server that the options and the environment name. */
export async function clientOf(command: Command, { env, sources }: Context): Promise<CcExecutor> {
  const { url } = command.optsWithGlobals<GlobalOptions>();
  const { url: named, apiKey, withheld } = connectionOf(url, sources);
  if (withheld !== null) note(`cc-executor: ${withheld}`);
  const { CcExecutor } = await import('@cc-executor/sdk');
  // Inside a task: what it starts counts as started by its execution.
  const lineage = parseLineage(env[LINEAGE_VARIABLE]) ?? [];
  if (named !== null) return new CcExecutor({ url: named, apiKey, lineage });
  const local = await localUrl(env);
  return new CcExecutor({ url: local, apiKey: apiKey ?? installationKeyOf(env, local), lineage });
}

async function localUrl(env: Context['env']): Promise<string> {
  const port = env['CC_EXECUTOR_API_PORT'] || '8001';
  const host = env['CC_EXECUTOR_HOST'] || '127.0.0.1';
  if (port !== '0') return reachable(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
  // Any free port: the stack that runs has written down which. Loaded only then, for it is large.
  const { runningStack } = await import('@cc-executor/local-stack');
  return (await runningStack(env))?.api ?? 'http://127.0.0.1:8001';
}
