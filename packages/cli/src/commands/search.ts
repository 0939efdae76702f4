import { type Command, Option } from 'commander';
import type { SearchOptions } from '@cc-executor/sdk';
import { clientOf, executionOf, type GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { position, whole } from '../options/option-values.ts';
import { timeOption } from '../options/time-value.ts';
import { printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface Options extends GlobalOptions {
  task?: string;
  attempt?: number;
  stream?: 'stdout' | 'stderr' | 'messages';
  fromByte?: number;
  skip?: number;
  limit?: number;
  matchCase?: true;
  since?: Date;
  until?: Date;
  label?: string[];
}

export const addSearch: AddCommand = (program, context) => {
  program
    .command('search')
    .summary('where a text is in outputs and messages, of an execution or of a night')
    .description(
      'Searches whole outputs, and what agents said and did, for a text, as it is, and counts every place. Without an execution: of all that were active in a time.',
    )
    .argument('<text>', 'what is looked for')
    .argument('[execution]', 'its id; default: all of the time')
    .option('--task <task>', 'only this task, by number or name')
    .option('--attempt <n>', 'only this attempt', whole)
    .addOption(new Option('--stream <stream>', 'only this one').choices(['stdout', 'stderr', 'messages']))
    .option('--from-byte <n>', 'where in each output the search begins', position)
    .option('--skip <n>', 'how many places are passed over before the first that is listed', position)
    .option('--limit <n>', 'how many places are listed, at most 1000; default: 100', whole)
    .option('--match-case', 'letters are equal only in the same case')
    .option(
      '--since <time>',
      'report all executions since: 12h, yesterday, 2026-01-31; default: 24h',
      timeOption,
    )
    .option('--until <time>', 'the end of that time; default: now', timeOption)
    .option('--label <label...>', 'only lists with this label: team=web, or without it: !team')
    .action(async (text: string, id: string | undefined, _: unknown, command: Command) => {
      const options: Options = command.optsWithGlobals();
      const { task, attempt, fromByte: from, since, until, label, matchCase } = options;
      const { stream, skip, limit } = options;
      const how: SearchOptions = { stream, skip, limit, matchCase };
      if (id === undefined && (task ?? attempt ?? from) !== undefined)
        throw new CliError(EXIT.usage, 'A task, an attempt or a byte is of one execution: name it.');
      if (id !== undefined && (since ?? until ?? label) !== undefined)
        throw new CliError(EXIT.usage, 'A time or a label is for all executions: leave the execution out.');
      const search = async () => {
        if (id === undefined)
          return await (await clientOf(command, context)).search(text, { ...how, since, until, label });
        const execution = await executionOf(command, context, id);
        const { taskNumberOf } = await import('../options/choose-tasks.ts');
        return await execution.search(text, {
          ...how,
          task: await taskNumberOf(execution, task),
          attempt,
          from,
        });
      };
      const found = await search();
      if (options.json === true) return printJson(found);
      (await import('../print/print-search.ts')).printSearch(found);
    });
};
