import type { FeedEntry } from '@cc-executor/contracts';
import { Backoff, GIVE_UP_AFTER, mayPass } from './backoff.ts';
import { CcLocalError } from './errors.ts';
import { LASTING, LEAST_SILENCE } from './events.ts';
import { readMessages } from './server-sent-events.ts';
import type { Transport } from './transport.ts';

/** The position of the feed: entries after it follow. Sent again after a broken connection. */
export interface FeedHead {
  /** The newest position. */
  type: 'head';
  /** Entries after this one follow. */
  position: number;
  /** Changes when the server has lost entries. */
  epoch: string;
}
/** The position was void, because the server has lost entries: read the list; entries after the new one follow. */
export interface FeedReset {
  /** The position was void. */
  type: 'reset';
  /** Entries after this one follow. */
  position: number;
  /** The epoch of the new position. */
  epoch: string;
}
/** Entries that are no longer kept: read the list. */
export interface FeedGap {
  /** Some entries are no longer kept. */
  type: 'gap';
  /** The first position that is missing. */
  from: number;
  /** The last one. */
  to: number;
}
/** An item of the feed. */
export type FollowedFeed = FeedEntry | FeedHead | FeedReset | FeedGap;

export interface FeedOptions {
  /** The position of the last entry that you have; default: only what comes from now on. */
  after?: number | undefined;
  /** The epoch in which you received it. */
  epoch?: string | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
  /** The time without a lasting connection after which it gives up, in seconds; default: the client's, else 600. */
  giveUpAfter?: number | undefined;
}

/**
 * Follows the changes of state of all executions, until `signal` aborts. After a broken connection it continues from its
 * position, so that each entry arrives once. Throws as `followEvents` does.
 */
export async function* followFeed(
  transport: Transport,
  { after, epoch, signal, giveUpAfter = transport.giveUpAfter ?? GIVE_UP_AFTER }: FeedOptions,
): AsyncGenerator<FollowedFeed, void, undefined> {
  const backoff = new Backoff();
  const position = { after, epoch };
  let reached = false;
  for (;;) {
    let failure: unknown;
    let lasted = false;
    try {
      const call = { signal, giveUpAfter, leastSilence: LEAST_SILENCE };
      const response = await transport.send(address(position), call);
      reached = true;
      const since = performance.now() + Math.min(LASTING, giveUpAfter) * 1000;
      const heard = () => {
        lasted ||= performance.now() >= since;
        if (lasted) backoff.heard();
      };
      for await (const { event: kind, data } of readMessages(response, heard)) {
        const item = parse(kind, data);
        move(position, item);
        backoff.reset();
        yield item;
        // The caller's own time does not count.
        backoff.heard();
      }
    } catch (error) {
      failure = transport.failure(error, signal);
      if (!reached || !mayPass(failure) || signal?.aborted === true) throw failure;
    }
    if (lasted) backoff.heard();
    if (backoff.failingFor > giveUpAfter)
      throw failure ?? new CcLocalError('UNREACHABLE', 'The stream ends again and again.');
    await backoff.pause(signal);
  }
}

function address(position: { after: number | undefined; epoch: string | undefined }): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(position))
    if (value !== undefined) query.set(name, String(value));
  return `feed?${query.toString()}`;
}

function move(position: { after: number | undefined; epoch: string | undefined }, item: FollowedFeed): void {
  if (item.type === 'gap') {
    position.after = item.to;
    return;
  }
  position.after = item.position;
  position.epoch = item.epoch;
}

function parse(kind: string | undefined, data: string): FollowedFeed {
  try {
    const value = JSON.parse(data) as FollowedFeed;
    return kind === undefined ? value : ({ ...value, type: kind } as FollowedFeed);
  } catch {
    throw new CcLocalError('BAD_ANSWER', 'A message of the feed is not JSON.');
  }
}
