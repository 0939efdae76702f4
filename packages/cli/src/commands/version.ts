import type { Command } from 'commander';
import { clientOf, type GlobalOptions } from '../context.ts';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';
import { version } from '../version.ts';

export const addVersion: AddCommand = (program, context) => {
  program
    .command('version')
    .summary('print the version of this command and of the server')
    .description('Prints the version of this command, and of the server if it answers.')
    .action(async (_: unknown, command: Command) => {
      const { CcLocalError } = await import('@cc-executor/sdk');
      const client = await clientOf(command, context);
      const server = await client.health().then(
        (health) => health.version,
        (error: unknown) => {
          if (error instanceof CcLocalError) return null;
          throw error;
        },
      );
      const { json }: GlobalOptions = command.optsWithGlobals();
      if (json === true) return printJson({ version, server, node: process.version });
      print(`cc-executor ${version} (Node ${process.version})`);
      print(server === null ? `no server answers at ${client.url}` : `server ${server} at ${client.url}`);
    });
};
