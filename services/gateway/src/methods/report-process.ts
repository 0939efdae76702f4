import { CcError } from '@cc-executor/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Foreground } from '../processes/foreground.ts';
import { ProcessSink } from '../processes/process-sink.ts';
import { read } from '../subscriptions/read.ts';
import type { Context } from './context.ts';

/** The delay before reading is retried while Redis is unavailable, in milliseconds. */
const AGAIN_MS = 1000;

/**
 * Reports an execution to a session as a process, from a position to its end. `foreground` null: a detached one. While
 * Redis is unavailable it waits, so that the session receives the end and is free again. Never rejects.
 */
export async function reportProcess(
  context: Context,
  executionId: string,
  after: number,
  foreground: Foreground | null,
): Promise<void> {
  const { session, subscriptions, foregrounds, onBroken } = context;
  const signals = foreground ? [session.closed, foreground.reporting.signal] : [session.closed];
  const isOver = () => signals.some(({ aborted }) => aborted);
  const onEnd = () => foreground && foregrounds.finish(foreground);
  const sink = new ProcessSink(session, executionId, after, onEnd);
  const release = subscriptions.addProcess();
  try {
    while (!(await reachesEnd(context, executionId, sink, signals)) && !isOver()) await delay(AGAIN_MS);
  } catch (error) {
    onEnd();
    onBroken(error);
  } finally {
    release();
  }
}

/** Continues reading from the sink's position. False if Redis is unavailable; throws any other error. */
async function reachesEnd(
  { feeds }: Context,
  executionId: string,
  sink: ProcessSink,
  signals: AbortSignal[],
): Promise<boolean> {
  try {
    const { feed, release } = await feeds.acquire(executionId);
    try {
      await read(feed, sink, { after: sink.position }, signals);
      return true;
    } finally {
      release();
    }
  } catch (error) {
    if (error instanceof CcError && error.code === 'STORE_UNAVAILABLE') return false;
    throw error;
  }
}
