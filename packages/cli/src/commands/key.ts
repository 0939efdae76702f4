import type { Command } from 'commander';
import type { GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

export const addKey: AddCommand = (program, { env }) => {
  program
    .command('key')
    .summary('show the public key that signs evidence')
    .description(
      'Shows the public key of this installation. Keep a copy on another machine: "verify --key" compares with it.',
    )
    .action(async (_: unknown, command: Command) => {
      const { trustedKeys } = await import('../evidence/find-execution.ts');
      const { fingerprintOf } = await import('@cc-executor/evidence');
      const keys = (await trustedKeys(undefined, env)).map((key) => ({
        key,
        fingerprint: fingerprintOf(key),
      }));
      if (keys.length === 0)
        throw new CliError(EXIT.failed, 'There is no key yet: the server creates it at its first start.');
      if (command.optsWithGlobals<GlobalOptions>().json === true) printJson({ keys });
      else for (const { key, fingerprint } of keys) print(`${key}  ${fingerprint}`);
    });
};
