import { statusText } from '@cc-executor/contracts/progress';
import type { CcExecutor, Execution, ExecuteOptions, TaskInput, Task } from '@cc-executor/sdk';
import type { Context } from '../context.ts';
import { EXIT, exitCodeOfSignal } from '../exits/exit-codes.ts';
import { onInterrupt } from '../exits/interrupts.ts';
import { note, printJson } from '../print/print.ts';
import { contentWriter } from '../print/terminal.ts';
import { refuseToWaitForNobody } from './nobody-acts.ts';
import { OutputCopy } from './output-copy.ts';
import type { WaitFlags } from './wait-for-result.ts';

type TaskResult = Awaited<ReturnType<Execution['results']>>['results'][number];

/**
 * Submits one task, streams it and returns the exit code: the command's own if it has one. The first interrupt
 * cancels and waits for the end, a second one exits at once. Throws a CliError if it is paused and nobody is there to act.
 */
export async function runOne(
  client: CcExecutor,
  task: TaskInput,
  options: ExecuteOptions,
  { json, waitThroughPause }: WaitFlags & { json: boolean },
  context: Context,
): Promise<number> {
  const submitted = client.execute([task as Task], options);
  let cancelling: Promise<void> | undefined;
  // It may have ended meanwhile: then there is nothing to cancel.
  const cancel = () => {
    cancelling ??= submitted.then((one) => one.cancel()).then(ignore, ignore);
  };
  const release = onInterrupt((signal, isRepeated) => {
    if (isRepeated) process.exit(exitCodeOfSignal(signal));
    note('cc-executor: cancelling, and waiting for its end; Ctrl-C again stops waiting.');
    cancel();
  });
  context.onOutputClosed = cancel;
  try {
    const execution = await submitted;
    const copy = new OutputCopy(execution);
    for await (const event of execution) {
      if (json) printJson(event);
      else await copy.take(event);
      await refuseToWaitForNobody(event, execution, { waitThroughPause });
    }
    if (!json) await copy.finish();
    const [result] = (await execution.result()).results;
    if (result === undefined) throw new Error('the results have no task');
    if (!json) await printResult(execution, result, copy.streamsText && result.json === null);
    return exitCode(result);
  } finally {
    release();
  }
}

async function printResult(execution: Execution, result: TaskResult, isPrinted: boolean): Promise<void> {
  const { message, outcome } = result;
  // The text of a failed task is kept, but is not an answer.
  if (result.result !== null && outcome === 'completed' && !isPrinted)
    await contentWriter('stdout')(
      `${result.truncated ? await (await execution.output(1, { stream: 'result' })).text() : result.result}\n`,
    );
  if (outcome === 'completed' && (result.warnings ?? result.findings).length > 0)
    note(`cc-executor: ${statusText('completed', true)}.`);
  // Our exit code is its exit code, as in a shell.
  if (message !== null && outcome !== 'nonzero_exit') note(`cc-executor: ${message}`);
}

function exitCode({ status, outcome, exit_code: own, signal }: TaskResult): number {
  if (outcome === 'completed') return EXIT.done;
  if (outcome === 'nonzero_exit' && own !== null) return own;
  if (outcome === 'signalled' && signal !== null) return exitCodeOfSignal(signal);
  if (status === 'cancelled') return EXIT.cancelled;
  return status === 'timed_out' ? EXIT.timedOut : EXIT.failed;
}

function ignore(): void {
  // The end of the execution reports the result of a cancel.
}
