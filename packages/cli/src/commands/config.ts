import type { Command } from 'commander';
import type { GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { columns, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

export const addConfig: AddCommand = (program, { env }) => {
  const config = program
    .command('config')
    .summary('show and check the settings')
    .description('The settings of the server.');
  config
    .command('show')
    .description('Shows every setting, its value and whether it was set; secrets are not shown.')
    .action(async (_: unknown, command: Command) => {
      const { describeSettings } = await import('@cc-executor/local-stack');
      const { settings, faults } = describeSettings(env);
      if (command.optsWithGlobals<GlobalOptions>().json === true) printJson({ settings, faults });
      else
        for (const line of columns(settings.map(({ name, value, source }) => [name, source, value ?? '-'])))
          print(line);
      refuse(faults);
    });
  config
    .command('validate')
    .description('Checks the settings and the hooks folder, and reports every fault.')
    .action(async (_: unknown, command: Command) => {
      const { describeSettings, hookFaults } = await import('@cc-executor/local-stack');
      const faults = [...describeSettings(env).faults, ...hookFaults(env)];
      if (command.optsWithGlobals<GlobalOptions>().json === true) printJson({ faults });
      refuse(faults);
      if (command.optsWithGlobals<GlobalOptions>().json !== true) print('The settings have no fault.');
    });
};

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new CliError(EXIT.usage, faults.join('\n'));
}
