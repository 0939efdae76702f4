import { Argument, InvalidArgumentError, type Command } from 'commander';
import type { AddCommand } from '../add-command.ts';
import { clientOf } from '../context.ts';
import { print } from '../print/print.ts';
import { contentWriter } from '../print/terminal.ts';

/** The number of the newest executions that are offered. */
const OFFERED = 50;

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];
/** In place of a shell: the scripts ask for what they offer for an execution. */
const IDS = 'ids';

export const addCompletion: AddCommand = (program, context) => {
  program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a script for a shell, such as: source <(cc-executor completion bash).')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS).argParser(shellOf))
    .action(async (shell: Shell | typeof IDS, _: unknown, command: Command) => {
      if (shell === IDS) {
        const { executions } = await (await clientOf(command, context)).list({ limit: OFFERED });
        return print(['last', ...executions.map(({ execution_id }) => execution_id)].join('\n'));
      }
      const { completionScript } = await import('../completion/completion-script.ts');
      const own = [process.execPath, process.argv[1] ?? program.name()];
      await contentWriter('stdout')(completionScript(program, shell, own));
    });
};

function shellOf(name: string): Shell | typeof IDS {
  const shell = [...SHELLS, IDS].find((one) => one === name);
  if (shell === undefined) throw new InvalidArgumentError(`It must be one of ${SHELLS.join(', ')}.`);
  return shell as Shell | typeof IDS;
}
