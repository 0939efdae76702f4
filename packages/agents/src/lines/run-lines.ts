import {
  bareEnd,
  type AgentEnd,
  type AgentSink,
  type AgentInput,
  type Pause,
  type StopCause,
} from '../agent.ts';
import { Drain } from '../launch/drain.ts';
import type { Exit, LaunchedProcess } from '../launch/launch.ts';
import { leftWarning } from '../launch/left-process.ts';
import { Tail } from '../launch/tail.ts';
import { Lines } from './lines.ts';

/**
 * The first character of a line that a process of ours prints; the rest of the line is JSON.
 * `n`: something for the log; `m`: a whole message, for the transcript; `t`: the next part of the answer's text, as a
 * string; `e`: the end.
 */
export type LineTag = 'n' | 'm' | 't' | 'e';

/** A process of ours that makes one call and prints lines. */
export interface LineProcess {
  child: LaunchedProcess;
  sink: AgentSink;
  /** The time between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
  /** Why it was stopped; undefined: it was not. */
  cause: () => StopCause | undefined;
}

interface Ended<End> {
  /** The end that the process reported; null: none, see `failure`. */
  reported: End | null;
  failure: AgentEnd;
  /** The end of its stderr. */
  stderr: string;
}

/** How long the process has to exit after it has reported its end, in milliseconds. */
const EXIT_MS = 15_000;
/** Its own start is over then, and that of the next one does not slow it down. In milliseconds. */
const AHEAD_MS = 2000;

/** Follows a process to its end; then no process of it is left. */
export async function runLines<End>(
  { child, sink, graceMs, cause, given }: LineProcess & { given: AgentInput },
  take: Readonly<Record<'n' | 't', (json: string) => Pause>>,
): Promise<Ended<End>> {
  const stderr = new Tail();
  let reported: End | null = null;
  let exitTimer: NodeJS.Timeout | undefined;
  const lines = new Lines((line) => {
    const json = line.slice(1);
    const [tag] = line;
    if (tag === 'n' || tag === 't') return take[tag](json);
    if (tag === 'm') return sink.message(json);
    // What is stopped before its end has no end of its own.
    if (tag !== 'e' || cause() !== undefined) return undefined;
    reported = JSON.parse(json) as End;
    exitTimer = setTimeout(() => {
      child.end(graceMs).catch(() => undefined);
    }, EXIT_MS);
    return undefined;
  });
  let fault: string | null = null;
  const read = (chunk: Buffer): Pause => {
    if (fault !== null) return undefined;
    try {
      return lines.write(chunk);
    } catch (error) {
      // Also other processes of its user may have written there.
      fault = (error as Error).message;
      child.end(0).catch(() => undefined);
      return undefined;
    }
  };
  const readError = (chunk: Buffer): Pause => {
    stderr.add(chunk);
    return sink.output('stderr', chunk);
  };
  // Output can arrive together with the report of the start.
  const announced = Promise.withResolvers<void>();
  const streams = [
    new Drain(child.stdout, read, announced.promise),
    new Drain(child.stderr, readError, announced.promise),
  ];
  let isAhead = false;
  const startNext = () => {
    if (!isAhead) child.ahead?.();
    isAhead = true;
  };
  const aheadTimer = setTimeout(startNext, AHEAD_MS);
  let started;
  try {
    started = await child.started;
  } catch (error) {
    clearTimeout(aheadTimer);
    const failure = bareEnd('spawn_failed', `The call could not be started: ${(error as Error).message}.`);
    return { reported, failure, stderr: '' };
  }
  try {
    sink.given(given);
    await sink.event(started);
    announced.resolve();
    const exit = await child.exited;
    // What ended it from outside says more than what it reported of that.
    if (exit.because !== null) reported = null;
    const stopped = cause();
    const left = await child.end(graceMs);
    await Promise.all(streams.map((stream) => stream.finish()));
    if (left.length > 0) await sink.event({ type: 'task.warning', data: leftWarning(left) });
    if (fault !== null) reported = null;
    return { reported, failure: failureOf(exit, { cause: stopped, fault }), stderr: stderr.toString() };
  } finally {
    clearTimeout(exitTimer);
    clearTimeout(aheadTimer);
    // Also if the sink throws: nothing may keep running unobserved.
    await child.end(graceMs);
    startNext();
  }
}

/** How an attempt ended whose process reported no end. */
function failureOf(
  { code, signal, because }: Exit,
  { cause, fault }: { cause: StopCause | undefined; fault: string | null },
): AgentEnd {
  if (cause) return bareEnd(cause, null);
  if (fault !== null)
    return bareEnd(
      'agent_crashed',
      `The output of the process that makes the call cannot be read: ${fault}.`,
    );
  if (because) return bareEnd(because.outcome, because.message);
  const how = signal === null ? `with exit code ${String(code)}` : `by ${signal}`;
  return bareEnd('agent_crashed', `The process that makes the call ended ${how} and reported no end.`);
}
