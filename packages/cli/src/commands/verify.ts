import type { Command } from 'commander';
import type { GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { whole } from '../options/option-values.ts';
import { printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

export const addVerify: AddCommand = (program, { env }, end) => {
  program
    .command('verify')
    .summary('verify the evidence of an execution')
    .description(
      'Recomputes every hash and the chain of receipts from the files alone, without a server. Exits with 0 only if everything is verified.',
    )
    .argument('[execution]', 'an id, or the path of its folder')
    .option('--last <n>', 'the newest executions of the data directory', whole)
    .option(
      '--key <key>',
      'the public key that counts, as text, or a file with it; default: that of the data directory',
    )
    .action(async (name: string | undefined, options: { last?: number; key?: string }, command: Command) => {
      if ((name === undefined) === (options.last === undefined))
        throw new CliError(EXIT.usage, 'Name an execution, or say --last <n>: one of both.');
      const { findExecution, lastExecutions, nothingThere, trustedKeys, verifyOptions } =
        await import('../evidence/find-execution.ts');
      const trusted = await trustedKeys(options.key, env);
      const found =
        name === undefined ? await lastExecutions(options.last ?? 0, env) : [await findExecution(name, env)];
      if (found.length === 0)
        throw new CliError(EXIT.usage, 'There is no execution in the data directory yet.');
      const { unverifiable, verifyExecution } = await import('@cc-executor/evidence');
      const verifications = [];
      for (const execution of found) {
        const { directory, executionId } = execution;
        const verification = await verifyExecution(
          directory,
          await verifyOptions(execution, trusted, env, { contents: true }),
        );
        if (!verification && name !== undefined) throw nothingThere(directory);
        verifications.push(verification ?? unverifiable(executionId, 'nothing is kept of it yet'));
      }
      end(verifications.every(({ verdict }) => verdict === 'verified') ? EXIT.done : EXIT.failed);
      if (command.optsWithGlobals<GlobalOptions>().json === true) printJson({ verifications });
      else {
        const { printVerification } = await import('../evidence/print-verification.ts');
        for (const verification of verifications) printVerification(verification);
      }
    });
};
