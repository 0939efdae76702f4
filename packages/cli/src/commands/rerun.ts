import type { Execution, Task, TaskView } from '@cc-executor/sdk';
import type { Command } from 'commander';
import { executionOf, type GlobalOptions } from '../context.ts';
import { exitCodeOf } from '../exits/exit-code-of.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { note, oneLine, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface Options extends GlobalOptions {
  from?: string;
  failed?: true;
  edit?: true;
  keepWorkspace?: true;
  wait?: true;
  waitThroughPause?: true;
  watch?: true;
}

export const addRerun: AddCommand = (program, context, end) => {
  program
    .command('rerun')
    .summary('run a list again from one of its tasks on')
    .description(
      'Runs a list again from one of its tasks on, as a new execution, and prints its id. The tasks before are carried over with their results. It works in a new folder, with what the workspace was before that task; of a repository in a new clone, on a new branch.',
    )
    .argument('<execution>', 'its id')
    .option('--from <task>', 'the first task that is run, by number or name')
    .option('--failed', 'from the first task that has not completed; the default')
    .option('--edit', 'edit the tasks from there on first, as a task file, with $VISUAL or $EDITOR')
    .option('--keep-workspace', 'in the same folder as it is now; the execution must have ended')
    .option('--wait', 'wait for the end, print the results, and end as it ends; a pause ends it with 6')
    .option('--wait-through-pause', 'wait also while it is paused')
    .option('--watch', 'follow it until it ends; the exit code says how')
    .action(async (id: string, _: unknown, command: Command) => {
      const {
        from: named,
        failed,
        edit,
        keepWorkspace,
        wait,
        watch,
        json = false,
        ...flags
      } = command.optsWithGlobals<Options>();
      const waits = wait === true || (flags.waitThroughPause === true && watch !== true);
      if (waits && watch) throw new CliError(EXIT.usage, '--wait and --watch exclude each other.');
      if (named !== undefined && failed)
        throw new CliError(EXIT.usage, '--from and --failed exclude each other.');
      const execution = await executionOf(command, context, id);
      const { taskNumberOf } = await import('../options/choose-tasks.ts');
      const from = await taskNumberOf(execution, named);
      const workspace = keepWorkspace ? 'keep' : 'restore';
      const start = async (first: number | 'failed', tasks?: readonly Task[]) =>
        await execution.rerun({ from: first, tasks, workspace });
      const again = edit
        ? await edited(execution, from ?? (await firstUnfinished(execution, workspace)), {
            start,
            env: context.env,
          })
        : await start(from ?? 'failed');
      for (const { task, code, message } of again.warnings)
        note(`! ${String(task)}. ${code}: ${oneLine(message)}`);
      if (watch) {
        const { followToEnd } = await import('../follow/follow.ts');
        return end(await followToEnd(again, { json, waitThroughPause: flags.waitThroughPause }));
      }
      if (waits) {
        const { waitForResult } = await import('../follow/wait-for-result.ts');
        const results = await waitForResult(again, flags);
        end(exitCodeOf(results));
        if (json) return printJson(results);
        return (await import('../print/print-results.ts')).printResults(results);
      }
      if (json) return printJson({ execution_id: again.id, rerun_of: execution.id });
      print(again.id);
    });
};

async function edited(
  execution: Execution,
  from: number,
  {
    start,
    env,
  }: {
    start: (from: number, tasks: readonly Task[]) => Promise<Execution>;
    env: Readonly<Record<string, string | undefined>>;
  },
): Promise<Execution> {
  const { listIndexOf, placesOf } = await import('@cc-executor/contracts');
  const { editRest } = await import('../task-files/edit-rest.ts');
  const submission = await execution.submission();
  // In the list the variants of a task are one.
  const places = placesOf(submission.tasks);
  const index = listIndexOf(places, from - 1);
  return await editRest(submission, {
    from: (index === -1 ? places.length : index) + 1,
    env,
    use: async (tasks) => await start(from, tasks),
  });
}

/** Returns the task from which a rerun of what failed begins, as the server chooses it. */
async function firstUnfinished(execution: Execution, workspace: 'keep' | 'restore'): Promise<number> {
  const { tasks } = await execution.details();
  const first = tasks.find((task) => isUnfinished(task, tasks, workspace));
  if (first) return first.picks?.[0] ?? first.task_number - (first.variant?.number ?? 1) + 1;
  throw new CliError(EXIT.usage, 'All its tasks have completed; name the first one that is run with --from.');
}

function isUnfinished(
  { task_number, status, skipped, carried_from, warnings = [], variant }: TaskView,
  tasks: readonly TaskView[],
  workspace: 'keep' | 'restore',
): boolean {
  if (status === 'completed') {
    const isUnjoined = warnings.some(({ code }) => code === 'not_joined');
    return isUnjoined && workspace === 'restore' && carried_from === undefined;
  }
  if (skipped === 'not_needed') return false;
  // Of variants one is enough.
  const isPicked = tasks.some((one) => one.status === 'completed' && one.picks?.includes(task_number));
  return !(variant && isPicked);
}
