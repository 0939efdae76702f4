import type { ExecutionEvent, Followed, FollowOptions } from '@cc-executor/sdk';
import { useEffect, useState } from 'preact/hooks';
import { noteRefusal } from '../session.ts';
import { useClient } from './hooks.ts';

/** Events are shown together at most this often, in milliseconds: a burst of them costs one drawing. */
const BATCH_MS = 150;

export interface Following<S> {
  state: S;
  /** `live`: it follows; `ended`: it has the last event; else why it stopped. */
  connection: 'live' | 'ended' | { error: unknown };
}

/**
 * Folds the events of an execution into a state, from the first one on, and then live. `make` returns an empty state,
 * `fold` changes it in place; after a reset it begins again with an empty one. The client makes broken connections again.
 */
export function useFollow<S extends object>(
  id: string,
  options: Pick<FollowOptions, 'task' | 'output'>,
  make: () => S,
  fold: (state: S, item: ExecutionEvent | Extract<Followed, { type: 'gap' }>) => void,
): Following<S> {
  const client = useClient();
  const [shown, show] = useState<Following<S>>(() => ({ state: make(), connection: 'live' }));
  const { task, output } = options;
  useEffect(() => {
    const leaving = new AbortController();
    let state = make();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = (connection: Following<S>['connection']) => {
      clearTimeout(timer);
      timer = undefined;
      if (!leaving.signal.aborted) show({ state: { ...state }, connection });
    };
    const run = async () => {
      const follow = { signal: leaving.signal, giveUpAfter: Infinity, task, output };
      for await (const item of client.attach(id).events(follow)) {
        if (item.type === 'reset') state = make();
        else fold(state, item);
        timer ??= setTimeout(() => draw('live'), BATCH_MS);
      }
      draw('ended');
    };
    draw('live');
    run().catch((error: unknown) => {
      if (leaving.signal.aborted) return;
      noteRefusal(error);
      draw({ error });
    });
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [client, id, task, output]);
  return shown;
}
