import { Argument, type Command } from 'commander';
import type { AddCommand } from '../add-command.ts';
import { clientOf } from '../context.ts';
import { print } from '../print/print.ts';
import { contentWriter } from '../print/terminal.ts';

/** The number of the newest executions that are offered. */
const OFFERED = 50;

export const addCompletion: AddCommand = (program, context) => {
  program
    .command('completion')
    .summary('print a completion script for a shell')
    .description(
      'Prints a script for a shell, such as: source <(cc-executor completion bash). With "ids" it prints what that script offers for an execution.',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish', 'ids']))
    .action(async (shell: 'bash' | 'zsh' | 'fish' | 'ids', _: unknown, command: Command) => {
      if (shell === 'ids') {
        const { executions } = await (await clientOf(command, context)).list({ limit: OFFERED });
        return print(['last', ...executions.map(({ execution_id }) => execution_id)].join('\n'));
      }
      const { completionScript } = await import('../completion/completion-script.ts');
      const own = [process.execPath, process.argv[1] ?? program.name()];
      await contentWriter('stdout')(completionScript(program, shell, own));
    });
};
