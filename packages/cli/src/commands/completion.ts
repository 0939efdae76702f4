import { Argument } from 'commander';
import type { AddCommand } from '../add-command.ts';
import { contentWriter } from '../print/terminal.ts';

export const addCompletion: AddCommand = (program) => {
  program
    .command('completion')
    .summary('a script that completes this command in a shell')
    .description('Prints a script for a shell, such as: source <(cc-executor completion bash)')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionScript } = await import('../completion-script.ts');
      await contentWriter('stdout')(completionScript(program, shell));
    });
};
