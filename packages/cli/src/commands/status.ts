import type { Command } from 'commander';
import type { ExecutionView } from '@cc-executor/contracts';
import { executionOf, type GlobalOptions } from '../context.ts';
import { duration } from '../print/durations.ts';
import { oneLine, printJson, print } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';
import { terminal } from '../print/terminal.ts';

export const addStatus: AddCommand = (program, context) => {
  program
    .command('status')
    .summary('show the state of an execution')
    .description('Shows the state of an execution, with a line for each task.')
    .argument('<execution>', 'its id')
    .action(async (id: string, _: unknown, command: Command) => {
      const execution = await executionOf(command, context, id);
      const { json }: GlobalOptions = command.optsWithGlobals();
      if (json === true) return printJson(await execution.status());
      const { renderFrame } = await import('../view/frame.ts');
      const { Progress } = await import('../view/progress.ts');
      const details = await execution.details();
      const progress = new Progress(details);
      print(renderFrame(progress, { now: Date.now(), width: terminal.width, tail: 0 }));
      const { workspace, branch, delivered, rerun_of, reruns = [] } = details;
      print(`workspace ${oneLine(workspace)}`);
      if (branch !== undefined)
        print(`branch    ${oneLine(branch)}${delivered ? deliveredText(delivered) : ''}`);
      if (rerun_of !== undefined) print(`reruns    ${rerun_of}`);
      for (const one of reruns) print(`rerun by  ${one}`);
      if (details.remaining_time !== null) print(`about ${duration(details.remaining_time)} remain`);
    });
};

/** Returns the place of the delivered branch, for people. */
function deliveredText({ to, commit }: NonNullable<ExecutionView['delivered']>): string {
  const where = to === 'push' ? 'the remote' : 'the repository';
  return ` (${commit.slice(0, 12)} is in ${where})`;
}
