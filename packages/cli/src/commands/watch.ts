import type { Command } from 'commander';
import { executionOf, type GlobalOptions } from '../context.ts';
import { position } from '../options/option-values.ts';
import type { AddCommand } from '../add-command.ts';

interface Options {
  after?: number;
  waitThroughPause?: true;
}

export const addWatch: AddCommand = (program, context, end) => {
  program
    .command('watch')
    .summary('follow an execution until it ends')
    .description(
      'Follows an execution to its end; the exit code says how it ended. Ctrl-C stops following; the execution continues.',
    )
    .argument('<execution>', 'its id')
    .option('--after <seq>', 'only events after this one', position)
    .option('--wait-through-pause', 'without a terminal: wait also while a login or credit is missing')
    .action(async (id: string, { after, waitThroughPause }: Options, command: Command) => {
      const execution = await executionOf(command, context, id);
      const { json }: GlobalOptions = command.optsWithGlobals();
      const { followToEnd } = await import('../follow/follow.ts');
      end(await followToEnd(execution, { json: json === true, after, waitThroughPause }));
    });
};
