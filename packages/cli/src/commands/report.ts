import { type Command, Option } from 'commander';
import { writeFile } from 'node:fs/promises';
import type { ReportForm } from '@cc-executor/evidence';
import { clientOf, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { timeOption } from '../options/time-value.ts';
import { note } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';
import { openPages } from '../print/pager.ts';
import { contentWriter, harmless, terminal } from '../print/terminal.ts';

interface Options {
  format: ReportForm;
  output?: string;
  key?: string;
  since?: Date;
  until?: Date;
  label?: string[];
}

export const addReport: AddCommand = (program, context) => {
  const { env } = context;
  program
    .command('report')
    .summary('write a report of one execution, or of a night')
    .description(
      'Writes a report of an execution from its files, without a server: how it went, what failed and why, and each task with its answer, output, checks and changes. Without an execution: what happened since a time, from the server.',
    )
    .argument('[execution]', 'an id, or the path of its folder')
    .option(
      '--since <time>',
      'report all executions since: 12h, yesterday, 2026-01-31; default: 24h',
      timeOption,
    )
    .option('--until <time>', 'the end of that time; default: now', timeOption)
    .option('--label <label...>', 'only lists with this label: team=web, or without it: !team')
    .addOption(new Option('--format <format>', 'how').choices(['markdown', 'html']).default('markdown'))
    .option('--output <file>', 'the file to write in place of standard output')
    .option(
      '--key <key>',
      'the public key that counts, as text, or a file with it; default: that of the data directory',
    )
    .action(
      async (
        name: string | undefined,
        { format, output, key, since, until, label }: Options,
        command: Command,
      ) => {
        if (name === undefined) {
          const { nightReport } = await import('../report/night-report.ts');
          const client = await clientOf(command, context);
          const isJson = command.optsWithGlobals<GlobalOptions>().json === true;
          const text = await nightReport(client, { since, until, label, format: isJson ? 'json' : format });
          return await write(text, { output, isMarkdown: !isJson && format === 'markdown', env });
        }
        if (since !== undefined || until !== undefined || label !== undefined)
          throw new CliError(
            EXIT.usage,
            'A time or a label is for the report of all executions: leave the execution out.',
          );
        const { findExecution, nothingThere, trustedKeys, verifyOptions } =
          await import('../evidence/find-execution.ts');
        const { makeReport } = await import('@cc-executor/evidence');
        const { patchesOf } = await import('@cc-executor/local-stack/patches');
        const execution = await findExecution(name, env);
        const { directory } = execution;
        const page = await makeReport(directory, format, {
          ...(await verifyOptions(execution, await trustedKeys(key, env), env, { contents: false })),
          diff: patchesOf(env),
        });
        if (page === null) throw nothingThere(directory);
        await write(page, { output, isMarkdown: format === 'markdown', env });
      },
    );
};

/** Markdown on a terminal is broken at its width and shown from its beginning, by a pager if it is longer than the screen. */
async function write(
  page: string,
  { output, isMarkdown, env }: { output: string | undefined; isMarkdown: boolean; env: Context['env'] },
): Promise<void> {
  if (output !== undefined) {
    await writeFile(output, page);
    return note(`wrote ${output}`);
  }
  if (!isMarkdown || !terminal.isTerminal) return await contentWriter('stdout')(page);
  const { foldMarkdown } = await import('../print/fold-markdown.ts');
  const pages = openPages(env);
  await pages.write(harmless(foldMarkdown(page, terminal.width)));
  await pages.close();
}
