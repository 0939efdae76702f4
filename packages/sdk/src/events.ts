import type { ExecutionEvent } from '@cc-executor/contracts';
import { isLastEvent } from '@cc-executor/contracts/last-event';
import { Backoff, GIVE_UP_AFTER, mayPass } from './backoff.ts';
import { CcLocalError } from './errors.ts';
import { readMessages } from './server-sent-events.ts';
import type { Transport } from './transport.ts';

/** Output that is no longer in the log, from event `from` to event `to`; `output`: where it is available. */
export interface Gap {
  /** Some output is no longer in the log. */
  type: 'gap';
  /** The seq of the first event that is missing. */
  from: number;
  /** The seq of the last one. */
  to: number;
  /** Where the output is available. */
  output: string;
}
/** The log was lost and restarted: events count from 1 again. */
export interface Reset {
  /** The log was lost. */
  type: 'reset';
  /** The epoch of the new log. */
  epoch: string;
}
/** An item of an execution's event stream. */
export type Followed = ExecutionEvent | Gap | Reset;

export interface FollowOptions {
  /** The seq of the last event that you have; default 0: from the first one. */
  after?: number | undefined;
  /** The epoch in which you received it. */
  epoch?: string | undefined;
  /** Only the events of this task (from 1), and those of the whole execution; default: all. */
  task?: number | undefined;
  /** False leaves out what may be trimmed from a log: output, and what agents say; default true. */
  output?: boolean | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
  /**
   * The time without an event and without a lasting connection after which it gives up, in seconds; default: the client's,
   * else 600. An event, or a connection with heartbeats for a while, restarts the time.
   */
  giveUpAfter?: number | undefined;
}

/** The server sends a heartbeat every 15 s: a stream that is silent for longer than this is dead. Seconds. */
export const LEAST_SILENCE = 20;
/** A connection of this age counts as lasting: data on it is a contact, and not just the start of a response. Seconds. */
export const LASTING = 10;

/**
 * Follows an execution to its last event. After a broken connection it continues from its position, so that each
 * event arrives once. Throws a CcServerError, UNREACHABLE if the server stays unavailable or no connection lasts (at once if
 * it never answered and `wasReached` is false), or the abort's reason.
 */
export async function* followEvents(
  transport: Transport,
  executionId: string,
  {
    after = 0,
    epoch,
    task,
    output,
    signal,
    giveUpAfter = transport.giveUpAfter ?? GIVE_UP_AFTER,
  }: FollowOptions,
  wasReached: boolean,
): AsyncGenerator<Followed, void, undefined> {
  const backoff = new Backoff();
  const position = { after, epoch };
  let reached = wasReached;
  for (;;) {
    let failure: unknown;
    let lasted = false;
    try {
      const call = { signal, giveUpAfter, leastSilence: LEAST_SILENCE };
      const response = await transport.send(address(executionId, position, { task, output }), call);
      reached = true;
      if (response.status === 204) return;
      const since = performance.now() + Math.min(LASTING, giveUpAfter) * 1000;
      const heard = () => {
        lasted ||= performance.now() >= since;
        if (lasted) backoff.heard();
      };
      for await (const { event: kind, data } of readMessages(response, heard)) {
        const item = parse(kind, data);
        if (!advances(position, item)) continue;
        if (item.type !== 'reset') backoff.reset();
        yield item;
        // The caller's own time does not count.
        backoff.heard();
        if (isLastEvent(item.type)) return;
      }
    } catch (error) {
      failure = transport.failure(error, signal);
      if (!reached || !mayPass(failure) || signal?.aborted === true) throw failure;
    }
    // There was contact until it broke.
    if (lasted) backoff.heard();
    if (backoff.failingFor > giveUpAfter)
      throw failure ?? new CcLocalError('UNREACHABLE', 'The stream ends again and again before its end.');
    await backoff.pause(signal);
  }
}

function address(
  executionId: string,
  { after, epoch }: { after: number; epoch: string | undefined },
  only: Pick<FollowOptions, 'task' | 'output'>,
): string {
  const query = new URLSearchParams({ after: String(after), ...(epoch === undefined ? {} : { epoch }) });
  for (const [name, value] of Object.entries(only)) if (value !== undefined) query.set(name, String(value));
  return `executions/${encodeURIComponent(executionId)}/events?${query.toString()}`;
}

/** Moves the position; false for an event that it has already passed. */
function advances(position: { after: number; epoch: string | undefined }, item: Followed): boolean {
  if (item.type === 'reset') {
    position.after = 0;
    position.epoch = item.epoch;
    return true;
  }
  const seq = item.type === 'gap' ? item.to : item.seq;
  if (seq <= position.after) return false;
  position.after = seq;
  if (item.type !== 'gap') position.epoch = item.epoch;
  return true;
}

function parse(kind: string | undefined, data: string): Followed {
  try {
    const value = JSON.parse(data) as Followed;
    return kind === 'gap' || kind === 'reset' ? ({ ...value, type: kind } as Gap | Reset) : value;
  } catch {
    throw new CcLocalError('BAD_ANSWER', 'A message of the stream is not JSON.');
  }
}
