import { LINEAGE_VARIABLE, parseLineage } from '@cc-executor/contracts/lineage';
import { reachable } from '@cc-executor/local-stack/addresses';
import { installationKeyOf, runningApiOf } from '@cc-executor/local-stack/installation-key';
import type { CcExecutor, Execution } from '@cc-executor/sdk';
import type { Command } from 'commander';
import { connectionOf } from './connection/connection.ts';
import type { SettingsSource } from './connection/settings-sources.ts';
import { note } from './print/print.ts';

/** The context of every command. */
export interface Context {
  /** The environment, with what the .env of the installation adds. */
  env: Readonly<Record<string, string | undefined>>;
  /** The sources of settings: an address and a key have to come from the same one. */
  sources: readonly SettingsSource[];
  /** Called once when nobody reads our output any more; default: the process ends. */
  onOutputClosed: () => void;
}

/** The values of a command's options: its own and the common ones. */
export interface GlobalOptions {
  url?: string;
  json?: boolean;
  debug?: boolean;
}

/** Returns a client of the server that the options and the environment name. */
export async function clientOf(command: Command, { env, sources }: Context): Promise<CcExecutor> {
  const { url } = command.optsWithGlobals<GlobalOptions>();
  const { url: named, apiKey, withheld } = connectionOf(url, sources);
  if (withheld !== null) note(`cc-executor: ${withheld}`);
  const { CcExecutor } = await import('@cc-executor/sdk');
  // Inside a task: its submissions count as started by its execution.
  const lineage = parseLineage(env[LINEAGE_VARIABLE]) ?? [];
  if (named !== null) return new CcExecutor({ url: named, apiKey, lineage });
  const local = localUrl(env);
  return new CcExecutor({ url: local, apiKey: apiKey ?? installationKeyOf(env, local), lineage });
}

/** The address of the server of this machine: the one that it has recorded, else that of the settings. */
function localUrl(env: Context['env']): string {
  const running = runningApiOf(env);
  if (running !== null) return running;
  const port = env['CC_EXECUTOR_API_PORT'] || '8001';
  const host = env['CC_EXECUTOR_HOST'] || '127.0.0.1';
  // Any free port: only a stack that runs has one.
  return reachable(`http://${host.includes(':') ? `[${host}]` : host}:${port === '0' ? '8001' : port}`);
}

/** A client, and the execution that was named: by its id, by the first characters of it, or as `last`. */
export async function executionOf(command: Command, context: Context, named: string): Promise<Execution> {
  const client = await clientOf(command, context);
  const { findExecutionId } = await import('./connection/find-execution-id.ts');
  return client.attach(await findExecutionId(client, named));
}
