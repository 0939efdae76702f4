import { HOOK_STAGES, type HookStage } from '@cc-executor/contracts/hook-stages';
import { type Command, Argument } from 'commander';
import { clientOf, type GlobalOptions } from '../context.ts';
import { EXIT } from '../exits/exit-codes.ts';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface RunOptions extends GlobalOptions {
  context?: string;
}

export const addHooks: AddCommand = (program, context, end) => {
  const hooks = program
    .command('hooks')
    .summary('your programs around tasks: list, run')
    .description('Hooks: your own programs that run before and after tasks and executions.');
  hooks
    .command('list')
    .description('Lists the hooks of the server and the results of their last runs.')
    .action(async (_: unknown, command: Command) => {
      const client = await clientOf(command, context);
      const status = await client.hookStatus();
      if (command.optsWithGlobals<GlobalOptions>().json === true) return printJson(status);
      const { printHookStatus } = await import('../print/print-hooks.ts');
      printHookStatus(status);
    });
  hooks
    .command('run')
    .description('Runs the hooks of a stage once, on this machine, and shows their answers.')
    .addArgument(new Argument('<stage>', 'when they are run').choices(HOOK_STAGES))
    .argument('[name]', 'only the hook of this name')
    .option('--context <file>', 'JSON that is merged over the sample input of the hook')
    .action(async (stage: HookStage, name: string | undefined, _: unknown, command: Command) => {
      const { context: file, json }: RunOptions = command.optsWithGlobals();
      const { readContext } = await import('../options/read-context.ts');
      const given = file === undefined ? {} : await readContext(file);
      const { tryHooks } = await import('@cc-executor/local-stack');
      const tried = await tryHooks(context.env, { stage, name, given });
      if (tried.some(({ answer }) => answer === null)) end(EXIT.failed);
      if (json === true) return printJson({ runs: tried });
      const { triedLines } = await import('../print/print-hooks.ts');
      for (const line of tried.flatMap(triedLines)) print(line);
    });
};
