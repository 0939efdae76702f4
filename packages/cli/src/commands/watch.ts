import type { Command } from 'commander';
import { executionOf, type GlobalOptions } from '../context.ts';
import { position } from '../options/option-values.ts';
import type { AddCommand } from '../add-command.ts';

export const addWatch: AddCommand = (program, context, end) => {
  program
    .command('watch')
    .summary('follow an execution to its end')
    .description(
      'Follows an execution to its end, and ends as it ends. Ctrl-C lets go of it; the execution goes on.',
    )
    .argument('<execution>', 'its id')
    .option('--after <seq>', 'only events after this one', position)
    .action(async (id: string, { after }: { after?: number }, command: Command) => {
      const execution = await executionOf(command, context, id);
      const { json }: GlobalOptions = command.optsWithGlobals();
      const { followToEnd } = await import('../follow/follow.ts');
      end(await followToEnd(execution, { json: json === true, after }));
    });
};
