import type { Execution } from '@cc-executor/sdk';
import { clientOf, type GlobalOptions } from '../context.ts';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

const VERBS = {
  cancel: 'Cancels an execution: it is cancelling until no process of it is left.',
  pause: 'Pauses an execution: its processes stand still, and nothing new begins.',
  resume: 'Lets a paused execution go on.',
} as const;

export const addControl: AddCommand = (program, context) => {
  for (const verb of ['cancel', 'pause', 'resume'] as const) {
    const command = program
      .command(verb)
      .summary(`${verb} an execution`)
      .description(VERBS[verb])
      .argument('<execution>', 'its id');
    if (verb === 'cancel') command.option('--wait', 'wait until no process of it is left');
    command.action(async (id: string, options: { wait?: true }) => {
      const execution = (await clientOf(command, context)).attach(id);
      const answer = await act(execution, verb, options.wait === true);
      if (command.optsWithGlobals<GlobalOptions>().json === true) printJson(answer);
      else print(`${answer.execution_id} is ${answer.status}`);
    });
  }
};

async function act(execution: Execution, verb: keyof typeof VERBS, wait: boolean) {
  const answer = await execution[verb]();
  if (!wait) return answer;
  return { ...answer, status: (await execution.result()).status };
}
