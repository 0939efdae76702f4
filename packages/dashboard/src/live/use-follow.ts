import type { ExecutionEvent, Followed, FollowOptions } from '@cc-executor/sdk';
import { useEffect, useRef, useState } from 'preact/hooks';
import { noteRefusal } from '../session.ts';
import { isAway } from '../words.ts';
import { useClient, useIsSeen } from './hooks.ts';

/** Events are shown together at most this often, in milliseconds: a burst of them costs one drawing. */
const BATCH_MS = 150;
/** The time after which a server that cannot be reached is said to be so, in seconds. */
const PATIENCE = 5;
/** Between two tries then, in milliseconds. */
const PAUSE_MS = 1000;

export interface Following<S> {
  state: S;
  /**
   * `live`: it follows; `away`: the server cannot be reached, and is tried again; `ended`: it has the last event; else why
   * it stopped.
   */
  connection: 'live' | 'away' | 'ended' | { error: unknown };
}

/** The items so far, and the position from which it continues. */
interface Place<S> {
  of: string;
  state: S;
  after: number;
  epoch: string | undefined;
  isOver: boolean;
}

/**
 * Folds the events of an execution into a state, from the first one on, and then live. `make` returns an empty state,
 * `fold` changes it in place; after a reset it begins again with an empty one. A broken connection is retried, and
 * continues from its position. A tab that nobody sees follows nothing, and continues when it is seen again.
 */
export function useFollow<S extends object>(
  id: string,
  options: Pick<FollowOptions, 'task' | 'output'>,
  make: () => S,
  fold: (state: S, item: ExecutionEvent | Extract<Followed, { type: 'gap' }>) => void,
): Following<S> {
  const client = useClient();
  const isSeen = useIsSeen();
  const [shown, show] = useState<Following<S>>(() => ({ state: make(), connection: 'live' }));
  const { task, output } = options;
  const of = JSON.stringify([id, task, output]);
  const place = useRef<Place<S> | null>(null);
  useEffect(() => {
    if (place.current?.of !== of)
      place.current = { of, state: make(), after: 0, epoch: undefined, isOver: false };
    const own = place.current;
    if (!isSeen || own.isOver) return undefined;
    const leaving = new AbortController();
    const { signal } = leaving;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = (connection: Following<S>['connection']) => {
      clearTimeout(timer);
      timer = undefined;
      if (!signal.aborted) show({ state: { ...own.state }, connection });
    };
    const take = (item: Followed) => {
      own.epoch = 'epoch' in item ? item.epoch : own.epoch;
      own.after = item.type === 'reset' ? 0 : item.type === 'gap' ? item.to : item.seq;
      if (item.type === 'reset') own.state = make();
      else fold(own.state, item);
      timer ??= setTimeout(() => draw('live'), BATCH_MS);
    };
    const follow = async () => {
      const { after, epoch } = own;
      const how = { signal, giveUpAfter: PATIENCE, task, output, after, epoch };
      for await (const item of client.attach(id).events(how)) take(item);
      own.isOver = true;
    };
    const run = async () => {
      let wasAway = false;
      while (!own.isOver && !signal.aborted) {
        try {
          // That the server answers again is known by this, also where nothing has happened since.
          if (wasAway) await client.attach(id).status({ signal, giveUpAfter: PATIENCE });
          draw('live');
          await follow();
        } catch (error) {
          if (signal.aborted || !isAway(error)) throw error;
          wasAway = true;
          draw('away');
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      }
      draw('ended');
    };
    run().catch((error: unknown) => {
      if (signal.aborted) return;
      noteRefusal(error);
      draw({ error });
    });
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [client, of, isSeen]);
  return shown;
}
