import { Option } from 'commander';
import { writeFile } from 'node:fs/promises';
import type { ReportForm } from '@cc-executor/evidence';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { note } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';
import { contentWriter } from '../print/terminal.ts';

export const addReport: AddCommand = (program, { env }) => {
  program
    .command('report')
    .summary('a page about an execution, for people')
    .description(
      'Makes a page from the files of an execution, without a server: what was asked, what happened, what is proven, and what is not.',
    )
    .argument('<execution>', 'its id, or the path of its folder')
    .addOption(new Option('--format <format>', 'how').choices(['markdown', 'html']).default('markdown'))
    .option('--output <file>', 'the file to write in place of standard output')
    .option(
      '--key <key>',
      'the public key that counts, as text, or a file with it; default: that of the data directory',
    )
    .action(
      async (
        name: string,
        { format, output, key }: { format: ReportForm; output?: string; key?: string },
      ) => {
        const { findExecution, trustedKeys, verifyOptions } = await import('../evidence/find-execution.ts');
        const { makeReport } = await import('@cc-executor/evidence');
        const execution = await findExecution(name, env);
        const { directory } = execution;
        const page = await makeReport(
          directory,
          format,
          await verifyOptions(execution, await trustedKeys(key, env), env),
        );
        if (page === null)
          throw new CliError(
            EXIT.usage,
            `${directory} is not a folder of an execution: nothing of one is there.`,
          );
        if (output === undefined) await contentWriter('stdout')(page);
        else {
          await writeFile(output, page);
          note(`wrote ${output}`);
        }
      },
    );
};
