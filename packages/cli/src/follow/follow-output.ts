import type { Execution, Followed } from '@cc-executor/sdk';
import { exitCodeOfSignal, CliError } from '../exits/exit-codes.ts';
import { onInterrupt } from '../exits/interrupts.ts';
import { note, oneLine } from '../print/print.ts';
import { contentWriter } from '../print/terminal.ts';
import { noteOf } from '../view/note-of.ts';
import { refuseToWaitForNobody } from './nobody-acts.ts';
import { standStillLines } from './stand-still.ts';
import { transcriptLines } from './transcript.ts';
import type { WaitFlags } from './wait-for-result.ts';

type Event = Exclude<Followed, { type: 'gap' | 'reset' }>;

const ENDS: ReadonlySet<string> = new Set([
  'task.completed',
  'task.failed',
  'task.timed_out',
  'task.cancelled',
]);

/**
 * Prints what tasks print, as it comes: until the task that was named has settled, or else until the execution ends. With
 * `transcript` also what an agent does. An interrupt lets go of it, and throws a CliError with the signal's exit code; so
 * does a pause if nobody is there to act.
 */
export async function followOutput(
  execution: Execution,
  { task, transcript, waitThroughPause }: WaitFlags & { task: number | undefined; transcript: boolean },
): Promise<void> {
  const abort = new AbortController();
  const release = onInterrupt((signal) => abort.abort(signal));
  const put = { stdout: contentWriter('stdout'), stderr: contentWriter('stderr') };
  const take = async (event: Event) => {
    for (const line of standStillLines(event, execution.id)) note(`cc-executor: ${line}`);
    if (task !== undefined && event.task !== task) return;
    if (event.type === 'task.started' && task === undefined)
      note(`cc-executor: task ${String(event.task)}: ${oneLine(event.data.description)}`);
    else if (event.type === 'task.output')
      await put[event.data.stream](Buffer.from(event.data.data, event.data.encoding ?? 'utf8'));
    else if (transcript && event.type.startsWith('agent.'))
      await put.stdout(
        transcriptLines(event)
          .map((line) => `${line}\n`)
          .join(''),
      );
    else if (event.type === 'agent.text') await put.stdout(`${event.data.text}\n`);
    const noted = noteOf(event);
    if (noted !== null) note(`cc-executor: ${noted}`);
  };
  try {
    for await (const event of execution.events({ signal: abort.signal })) {
      if (event.type === 'reset') continue;
      if (event.type === 'gap') {
        note(`cc-executor: output was trimmed; "cc-executor logs ${execution.id}" has all of a task`);
        continue;
      }
      await take(event);
      await refuseToWaitForNobody(event, execution, { waitThroughPause });
      if (event.task === task && ENDS.has(event.type)) break;
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    const code = exitCodeOfSignal(abort.signal.reason as NodeJS.Signals);
    throw new CliError(code, `stopped following ${execution.id}, which continues.`);
  } finally {
    release();
  }
}
