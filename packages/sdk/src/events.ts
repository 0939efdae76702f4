import type { ExecutionEvent } from '@cc-executor/contracts';
import { isLastEvent } from '@cc-executor/contracts/last-event';
import { Backoff, GIVE_UP_AFTER, mayPass } from './backoff.ts';
import { CcLocalError } from './errors.ts';
import { readMessages } from './server-sent-events.ts';
import type { Transport } from './transport.ts';

/** Output that is no longer in the log, from the event `from` to the event `to`; `output` says where it still is. */
export interface Gap {
  type: 'gap';
  from: number;
  to: number;
  output: string;
}
/** The log was lost and begun anew: what follows begins at 1 again. */
export interface Reset {
  type: 'reset';
  epoch: string;
}
/** What following an execution gives. */
export type Followed = ExecutionEvent | Gap | Reset;

export interface FollowOptions {
  /** The seq of the last event that you have; default 0: from the first on. */
  after?: number | undefined;
  /** The epoch in which you got it. */
  epoch?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Seconds without any contact after which it is given up; default 600. */
  giveUpAfter?: number | undefined;
}

/** The server says every 15 s that it lives: three times that is a dead connection. Milliseconds. */
const SILENCE_MS = 45_000;

/**
 * Follows an execution to its last event. A broken connection is made again at the position reached, so that each
 * event comes once. Throws a CcServerError, UNREACHABLE when the server stays away (at once when it never answered
 * and `wasReached` is false), or the abort's reason.
 */
export async function* followEvents(
  transport: Transport,
  executionId: string,
  { after = 0, epoch, signal, giveUpAfter = GIVE_UP_AFTER }: FollowOptions,
  wasReached: boolean,
): AsyncGenerator<Followed, void, undefined> {
  const backoff = new Backoff();
  const position = { after, epoch };
  let reached = wasReached;
  for (;;) {
    let failure: unknown;
    try {
      const response = await transport.send(address(executionId, position), { signal });
      reached = true;
      if (response.status === 204) return;
      for await (const { event: kind, data } of readMessages(response, SILENCE_MS, () => backoff.heard())) {
        const item = parse(kind, data);
        backoff.reset();
        if (!advances(position, item)) continue;
        yield item;
        if (isLastEvent(item.type)) return;
      }
    } catch (error) {
      failure = transport.failure(error, signal);
      if (!reached || !mayPass(failure) || signal?.aborted === true) throw failure;
    }
    if (backoff.failingFor > giveUpAfter)
      throw failure ?? new CcLocalError('UNREACHABLE', 'The stream ends again and again before its end.');
    await backoff.pause(signal);
  }
}

function address(
  executionId: string,
  { after, epoch }: { after: number; epoch: string | undefined },
): string {
  const query = new URLSearchParams({ after: String(after), ...(epoch === undefined ? {} : { epoch }) });
  return `executions/${encodeURIComponent(executionId)}/events?${query.toString()}`;
}

/** Moves the position; false for what it is past already. */
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
