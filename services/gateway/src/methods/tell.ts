import type { Foreground } from '../processes/foreground.ts';
import { ProcessSink } from '../processes/process-sink.ts';
import { read } from '../subscriptions/read.ts';
import type { Context } from './context.ts';

/** Tells a session of an execution as of a process, from a position to its end; `foreground` null: a detached one. */
export async function tell(
  { session, feeds, foregrounds, onBroken }: Context,
  executionId: string,
  after: number,
  foreground: Foreground | null,
): Promise<void> {
  const signals = foreground ? [session.closed, foreground.telling.signal] : [session.closed];
  const onEnd = () => foreground && foregrounds.finish(foreground);
  try {
    const { feed, release } = await feeds.acquire(executionId);
    try {
      await read(feed, new ProcessSink(session, executionId, onEnd), { after }, signals);
    } finally {
      release();
    }
  } catch (error) {
    onBroken(error);
  }
}
