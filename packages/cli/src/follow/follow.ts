import type { Execution, ResultsView } from '@cc-executor/sdk';
import { exitCodeOf } from '../exits/exit-code-of.ts';
import { exitCodeOfSignal } from '../exits/exit-codes.ts';
import { onInterrupt } from '../exits/interrupts.ts';
import { note, print, printJson } from '../print/print.ts';
import { shortId } from '../print/short-id.ts';
import { plainLine } from '../view/plain-lines.ts';
import { Progress } from '../view/progress.ts';
import { refuseToWaitForNobody } from './nobody-acts.ts';
import type { WaitFlags } from './wait-for-result.ts';
import { terminal } from '../print/terminal.ts';

export interface FollowOptions extends WaitFlags {
  json: boolean;
  /** Only events after this seq; undefined: all. */
  after?: number | undefined;
}

/**
 * Shows an execution until its end: redrawn in place on a terminal, as lines elsewhere, or as JSON lines. An interrupt
 * only detaches. Returns the exit code of its end, or of the signal that detached. Throws a CliError if it is paused and
 * nobody is there to act.
 */
export async function followToEnd(
  execution: Execution,
  { json, after, waitThroughPause }: FollowOptions,
): Promise<number> {
  const abort = new AbortController();
  const release = onInterrupt((signal) => abort.abort(signal));
  let show: Show | undefined;
  try {
    show = await showFor(execution, json, abort.signal);
    for await (const event of execution.events({ after, signal: abort.signal })) {
      show.take(event);
      await refuseToWaitForNobody(event, execution, { waitThroughPause });
    }
    const results = await execution.result({ signal: abort.signal });
    show.close(results);
    if (!json && terminal.isTerminal) for (const line of nextLines(results)) note(line);
    return exitCodeOf(results);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    show?.close();
    note(
      `Stopped following ${execution.id}, which continues: "cc-executor watch ${execution.id}" shows it again.`,
    );
    // Not 0: a command after `&&` must not run, since it has not ended.
    return exitCodeOfSignal(abort.signal.reason as NodeJS.Signals);
  } finally {
    release();
    show?.close();
  }
}

interface Show {
  take: (event: Parameters<Progress['take']>[0]) => void;
  /** `results`: those of the end, if it has come. Calling it again does nothing. */
  close: (results?: ResultsView) => void;
}

async function showFor(execution: Execution, json: boolean, signal: AbortSignal): Promise<Show> {
  if (json) return { take: printJson, close: () => undefined };
  const progress = new Progress(await execution.details({ signal }));
  if (!terminal.isTerminal)
    return {
      take: (event) => {
        progress.take(event);
        const line = plainLine(event, progress);
        if (line !== null) print(line);
      },
      close: () => undefined,
    };
  const { LiveView } = await import('../view/live-view.ts');
  const view = new LiveView(progress, execution);
  let open = true;
  return {
    take: (event) => progress.take(event),
    close: (results) => {
      progress.cost = results?.cost_usd ?? progress.cost;
      if (open) view.close();
      open = false;
    },
  };
}

/** Returns the next commands after an end, one on each line, ready to be copied. */
function nextLines({ execution_id, status, failed_tasks }: ResultsView): string[] {
  const id = shortId(execution_id);
  if (status === 'completed')
    return ['Next:', `  cc-executor results ${id}`, `  cd "$(cc-executor workspace ${id})"`];
  if (failed_tasks > 0)
    return [
      'Next:',
      `  cc-executor results ${id} --failed`,
      `  cc-executor report ${id} --format html --output report.html`,
    ];
  return ['Next:', `  cc-executor results ${id}`];
}
