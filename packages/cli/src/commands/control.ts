import type { Execution } from '@cc-executor/sdk';
import { Option, type Command } from 'commander';
import { clientOf, executionOf, type GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

const VERBS = {
  cancel: 'Cancels an execution: it is cancelling until no process of it is left.',
  pause: 'Pauses an execution: its processes are stopped, and nothing new starts.',
  resume: 'Resumes a paused execution, or lets a waiting one try now; with --all every paused one.',
} as const;

/** The reasons of a pause, then those of a wait. */
const REASONS = [
  'user',
  'auth_required',
  'spend_limit',
  'usage_limit',
  'burst',
  'outage',
  'repository',
  'backoff',
] as const;

interface Options extends GlobalOptions {
  wait?: true;
  all?: true;
  reason?: string;
}

export const addControl: AddCommand = (program, context) => {
  for (const verb of ['cancel', 'pause', 'resume'] as const) {
    const command = program.command(verb).summary(`${verb} an execution`).description(VERBS[verb]);
    if (verb === 'resume') {
      command
        .argument('[execution]', 'its id')
        .option('--all', 'all paused executions')
        .addOption(
          new Option('--reason <reason>', 'with --all: only those that are paused or wait for it').choices(
            REASONS,
          ),
        );
    } else command.argument('<execution>', 'its id');
    if (verb === 'cancel') command.option('--wait', 'wait until no process of it is left');
    command.action(async (id: string | undefined) => {
      const { all, reason, wait, json }: Options = command.optsWithGlobals();
      if (verb === 'resume' && (all === true) === (id !== undefined))
        throw new CliError(EXIT.usage, 'Name either an execution, or --all.');
      if (reason !== undefined && all !== true) throw new CliError(EXIT.usage, '--reason needs --all.');
      if (id === undefined) return await actOnAll(command, await clientOf(command, context), reason);
      const answer = await act(await executionOf(command, context, id), verb, wait === true);
      if (json === true) printJson(answer);
      else print(`${answer.execution_id} is ${answer.status}`);
    });
  }
};

async function act(execution: Execution, verb: keyof typeof VERBS, wait: boolean) {
  const answer = await execution[verb]();
  if (!wait) return answer;
  return { ...answer, status: (await execution.result()).status };
}

async function actOnAll(
  command: Command,
  client: Awaited<ReturnType<typeof clientOf>>,
  reason: string | undefined,
): Promise<void> {
  const { resumeAll } = await import('./resume-all.ts');
  const { json }: GlobalOptions = command.optsWithGlobals();
  const resumed = [];
  for await (const one of resumeAll(client, reason)) {
    resumed.push(one);
    const { execution_id: id, status, message } = one;
    if (json !== true)
      print(status === null ? `${id} was not resumed: ${String(message)}` : `${id} is ${status}`);
  }
  const failed = resumed.filter(({ status }) => status === null).length;
  if (json === true) printJson({ resumed });
  else if (resumed.length === 0) print('there is nothing to resume');
  if (failed > 0)
    throw new CliError(EXIT.failed, `${String(failed)} of ${String(resumed.length)} were not resumed.`);
}
