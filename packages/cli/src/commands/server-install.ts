import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { Context, GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { note, print, printJson } from '../print/print.ts';
import { launchd } from '../service/launchd.ts';
import { launchPlanOf, settingsOfShell } from '../service/launch-plan.ts';
import type { ServiceManager } from '../service/service-manager.ts';
import { systemd } from '../service/systemd.ts';

interface Options extends GlobalOptions {
  dryRun?: true;
}

type Commands = readonly (readonly string[])[];

/** Adds `server install` and `server uninstall`. */
export function addServerInstall(server: Command, context: Context): void {
  const home = context.env['HOME'] || homedir();
  server
    .command('install')
    .summary('have the server started at log-in or at boot')
    .description(
      'Writes a service of your user (systemd on Linux, launchd on macOS) that starts the server, and starts it.',
    )
    .option('--dry-run', 'print the file and the commands, and change nothing')
    .action(async (_: unknown, command: Command) => {
      const { dryRun, json }: Options = command.optsWithGlobals();
      const manager = managerOfThisMachine();
      const file = manager.file(home);
      const content = manager.content(launchPlanOf(context.env), home);
      const commands = manager.install(file);
      if (dryRun) return show({ file, content, commands }, json);
      await refuseSecondServer(context, file);
      await mkdir(dirname(file), { recursive: true });
      const before = readIfThere(file);
      await writeFile(file, content);
      const fault = run(commands, context);
      if (fault !== null) {
        // What cannot be started now is not left to be started some day.
        await (before === null ? rm(file, { force: true }) : writeFile(file, before));
        throw new CliError(EXIT.failed, `${fault} Nothing was installed.`);
      }
      if (json) return printJson({ file, installed: true });
      print(`Wrote ${file}, and started the server.`);
      for (const hint of manager.hints) print(hint);
      print('"cc-executor server uninstall" ends and removes it.');
      const left = settingsOfShell(context);
      if (left.length > 0)
        note(
          `cc-executor: the service does not have what only this shell has (${left.join(', ')}): put it into the .env in ${launchPlanOf(context.env).folder}.`,
        );
    });
  server
    .command('uninstall')
    .summary('no longer have it started')
    .description('Ends the server that was started by the service, and removes the service.')
    .option('--dry-run', 'print the commands and the file, and change nothing')
    .action(async (_: unknown, command: Command) => {
      const { dryRun, json }: Options = command.optsWithGlobals();
      const manager = managerOfThisMachine();
      const file = manager.file(home);
      const commands = manager.uninstall(file);
      if (dryRun) return show({ file, content: null, commands }, json);
      if (readIfThere(file) === null) {
        if (json) return printJson({ file, removed: false });
        return print(`No service is installed: there is no ${file}.`);
      }
      const fault = run(commands, context);
      await rm(file, { force: true });
      if (fault !== null) throw new CliError(EXIT.failed, `${fault} ${file} was removed.`);
      if (json) return printJson({ file, removed: true });
      print(`Removed ${file}. Your lists and data are kept.`);
    });
}

function managerOfThisMachine(): ServiceManager {
  if (process.platform === 'darwin') return launchd;
  if (process.platform === 'linux') return systemd;
  throw new CliError(EXIT.usage, `No service manager is known for ${process.platform}.`);
}

function show(plan: { file: string; content: string | null; commands: Commands }, json = false): void {
  if (json) return printJson(plan);
  const { file, content, commands } = plan;
  print(content === null ? `# removes ${file}, after:` : `# ${file}`);
  if (content !== null) {
    print('');
    for (const line of content.trimEnd().split('\n')) print(line);
    print('');
    print('# then:');
  }
  for (const command of commands) print(command.join(' '));
}

/** Only one server can use a data directory. */
async function refuseSecondServer({ env }: Context, file: string): Promise<void> {
  if (readIfThere(file) !== null) return;
  const { runningStack } = await import('@cc-executor/local-stack');
  const running = await runningStack(env);
  if (running === null) return;
  throw new CliError(
    EXIT.failed,
    `A server runs already (pid ${String(running.pid)}): end it with "cc-executor server stop", then install. Its lists continue.`,
  );
}

/** Runs the commands up to the first that fails; returns a sentence about that one, or null. */
function run(commands: Commands, { env }: Context): string | null {
  for (const [program = '', ...args] of commands) {
    const { status, error, stderr } = spawnSync(program, args, { env: { ...env }, encoding: 'utf8' });
    if (status === 0) continue;
    const why = (error?.message ?? stderr.trim()) || `code ${String(status)}`;
    return `"${[program, ...args].join(' ')}" failed: ${why.replace(/\.?$/, '.')}`;
  }
  return null;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
