import { installationKeyOf } from '@cc-executor/local-stack/installation-key';
import type { Command } from 'commander';
import type { Context, GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';
import { addServerInstall } from './server-install.ts';

const stack = async () => await import('@cc-executor/local-stack');

export const addServer: AddCommand = (program, context, end) => {
  const server = program
    .command('server')
    .summary('manage the server on this machine: start, stop, status, restart, install')
    .description('Starts and stops the server on this machine: Redis, the API, the gateway and a worker.');
  server
    .command('start')
    .description('Starts the server in the foreground, as npm start does; with --detach in the background.')
    .option('--detach', 'return when it is ready, and keep it running')
    .action(async ({ detach }: { detach?: true }, command: Command) => {
      const { json }: GlobalOptions = command.optsWithGlobals();
      if (detach) return await startDetached(context, json);
      if (json)
        throw new CliError(EXIT.usage, 'server start stays in the foreground; --json needs --detach.');
      const { runStack } = await stack();
      // If nobody reads the output any more, it continues to its clean end.
      context.onOutputClosed = () => undefined;
      await runStack(context.env);
      // It runs until a signal ends it together with the process.
      await new Promise(() => undefined);
    });
  server
    .command('stop')
    .description('Stops the server on this machine and waits until it has ended.')
    .action(async (_, command: Command) => {
      const { openListLines, stopStack } = await stack();
      const lines = await openListLines(context.env);
      const stopped = await stopStack(context.env);
      const { json }: GlobalOptions = command.optsWithGlobals();
      if (json) return printJson({ stopped });
      if (stopped === null) return print('No server runs on this machine.');
      print(`Stopped (pid ${String(stopped.pid)}).`);
      for (const line of lines) print(line);
    });
  server
    .command('restart')
    .description('Stops the server on this machine and starts it again in the background.')
    .action(async (_, command: Command) => {
      const { stopStack } = await stack();
      await stopStack(context.env);
      await startDetached(context, command.optsWithGlobals<GlobalOptions>().json);
    });
  server
    .command('status')
    .description('Reports whether a server runs on this machine; exits with 3 if none does.')
    .action(async (_, command: Command) => {
      const { runningStack } = await stack();
      const record = await runningStack(context.env);
      if (record === null) end(EXIT.unreachable);
      if (command.optsWithGlobals<GlobalOptions>().json === true) return printJson(record);
      if (record === null) return print('No server runs on this machine.');
      print(`running (pid ${String(record.pid)})`);
      print(`  API        ${record.api ?? 'starting'}`);
      print(`  WebSocket  ${record.ws ?? 'starting'}`);
      for (const { name, pid } of record.processes) print(`  ${name.padEnd(9)}  pid ${String(pid)}`);
    });
  addServerInstall(server, context);
};

/** How long a start waits for what the workers know of their credential. Seconds. */
const CREDENTIAL_SECONDS = 10;

async function startDetached({ env }: Context, json = false): Promise<void> {
  const { startStackDetached } = await stack();
  const { record, log } = await startStackDetached(env);
  if (json) return printJson({ ...record, log });
  const url = String(record.api);
  print(`Running at ${url} (pid ${String(record.pid)}); it logs to ${log}.`);
  print('"cc-executor server stop" ends it.');
  const { CcExecutor } = await import('@cc-executor/sdk');
  const own = env['CC_EXECUTOR_API_KEY']?.split(',')[0]?.trim();
  const client = new CcExecutor({ url, apiKey: own || installationKeyOf(env, url) });
  const claude = await client.authStatus({ giveUpAfter: CREDENTIAL_SECONDS }).catch(() => null);
  if (claude?.status !== 'not_authenticated') return;
  print(`Claude is not authenticated: ${claude.message} Commands run; prompts need it.`);
  const [cure] = claude.instructions ?? [];
  if (cure !== undefined) print(`  ${cure}`);
  print('  All ways: cc-executor doctor');
}
