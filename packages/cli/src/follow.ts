import type { Execution } from '@cc-executor/sdk';
import { exitCodeOf } from './exit-code-of.ts';
import { EXIT } from './exit-codes.ts';
import { onInterrupt } from './interrupts.ts';
import { note, print, printJson } from './print.ts';
import { plainLine } from './view/plain-lines.ts';
import { Progress } from './view/progress.ts';

export interface FollowOptions {
  json: boolean;
  /** Only events after this seq; undefined: all. */
  after?: number | undefined;
}

/**
 * Shows an execution until its end: drawn in place on a terminal, as lines elsewhere, or as JSON lines. An interrupt
 * only lets go of it. Gives the exit code that tells how it ended.
 */
export async function followToEnd(execution: Execution, { json, after }: FollowOptions): Promise<number> {
  const abort = new AbortController();
  const release = onInterrupt(() => abort.abort());
  const show = await showFor(execution, json);
  try {
    for await (const event of execution.events({ after, signal: abort.signal })) show.take(event);
    return exitCodeOf(await execution.result({ signal: abort.signal }));
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    show.close();
    note(`Let go of ${execution.id}, which goes on: "cc-executor watch ${execution.id}" shows it again.`);
    return EXIT.done;
  } finally {
    release();
    show.close();
  }
}

interface Show {
  take: (event: Parameters<Progress['take']>[0]) => void;
  /** Calling it again does nothing. */
  close: () => void;
}

async function showFor(execution: Execution, json: boolean): Promise<Show> {
  if (json) return { take: printJson, close: () => undefined };
  const progress = new Progress(await execution.details());
  if (!process.stdout.isTTY)
    return {
      take: (event) => {
        progress.take(event);
        const line = plainLine(event, progress);
        if (line !== null) print(line);
      },
      close: () => undefined,
    };
  const { LiveView } = await import('./view/live-view.ts');
  const view = new LiveView(progress);
  let open = true;
  return {
    take: (event) => progress.take(event),
    close: () => {
      if (open) view.close();
      open = false;
    },
  };
}
