import type { Execution, OutputOptions } from '@cc-executor/sdk';
import { useEffect, useRef, useState } from 'preact/hooks';
import { noteRefusal } from '../session.ts';
import { sentenceOf } from '../words.ts';
import { useClient, useEvery } from './hooks.ts';
import { openWindow, readAfter, readBefore, type Window } from './output-window.ts';

/** How often the output of a running attempt is checked, in milliseconds. */
const EVERY_MS = 1000;

export interface Place {
  id: string;
  task: number;
  attempt: number;
  stream: 'stdout' | 'stderr';
  /** The byte at which it opens; null: at its end, which is followed. */
  at: number | null;
  /** Changes when there may be more. */
  news: unknown;
  /** Whether the attempt may still write. */
  isRunning: boolean;
}

/** The part of an output that is shown. */
interface Shown {
  window: Window;
  isFollowing: boolean;
  /** Whether the last change put lines before those that were shown. */
  isShifted: boolean;
  /** Counts the places that were opened. */
  opening: number;
}

interface Output {
  /** Null: nothing has come yet. */
  shown: Shown | null;
  /** Why the last read failed; empty: it did not. */
  fault: string;
  /** Opens the output at a byte, or at its end, which is then followed. */
  open: (at: number | null) => void;
  /** Reads what is before or after what is shown. */
  grow: (side: 'before' | 'after') => void;
  /** Follows the end no longer. */
  letGo: () => void;
}

/**
 * Reads the output of one attempt. One read runs at a time: an opening takes the place of any other read, and what is before
 * or after is read only when nothing else is, so that a late answer never changes what was opened after it was requested.
 */
export function useOutput({ id, task, attempt, stream, at, news, isRunning }: Place): Output {
  const client = useClient();
  const [shown, show] = useState<Shown | null>(null);
  const [fault, setFault] = useState('');
  const reading = useRef<AbortController | null>(null);
  const current = useRef<Shown | null>(null);
  /** Whether there may be more than what the last read could see. */
  const isDue = useRef(false);
  const openings = useRef(0);

  const change = (to: Shown | null) => {
    current.current = to;
    show(to);
  };
  const read = (make: (execution: Execution, address: OutputOptions) => Promise<Shown | null>) => {
    const own = new AbortController();
    reading.current = own;
    make(client.attach(id), { stream, attempt, signal: own.signal })
      .then(
        (fresh) => {
          if (own.signal.aborted) return;
          setFault('');
          if (fresh !== null) change(fresh);
        },
        (error: unknown) => {
          if (own.signal.aborted) return;
          noteRefusal(error);
          setFault(sentenceOf(error));
        },
      )
      .finally(() => {
        if (own.signal.aborted) return;
        reading.current = null;
        if (isDue.current) follow();
      });
  };
  const open = (place: number | null) => {
    reading.current?.abort();
    isDue.current = false;
    read(async (execution, address) => {
      openings.current += 1;
      const opening = openings.current;
      const window = await openWindow(execution, task, address, place);
      return { window, isFollowing: place === null, isShifted: false, opening };
    });
  };
  const grow = (side: 'before' | 'after') => {
    const now = current.current;
    if (reading.current !== null || now === null) return;
    read(async (execution, address) => {
      const window = await (side === 'before' ? readBefore : readAfter)(execution, task, address, now.window);
      // Follows no longer: somebody scrolled away meanwhile.
      const { isFollowing } = current.current ?? now;
      if (isFollowing && window.to < window.total) {
        // More was written than one read brings: the end is what is followed.
        const end = await openWindow(execution, task, address, null);
        return { ...now, window: end, isFollowing, isShifted: false };
      }
      return window === now.window ? null : { ...now, window, isFollowing, isShifted: side === 'before' };
    });
  };
  /** Reads what is new at the end that is followed; after the read that runs, where one does. */
  const follow = () => {
    isDue.current = reading.current !== null;
    if (!isDue.current && current.current?.isFollowing === true) grow('after');
  };

  useEffect(() => {
    change(null);
    open(at);
    return () => reading.current?.abort();
  }, [client, id, task, attempt, stream, at]);
  useEffect(follow, [news, isRunning]);
  useEvery(EVERY_MS, () => {
    if (isRunning) follow();
  });
  const letGo = () => {
    if (current.current?.isFollowing === true) change({ ...current.current, isFollowing: false });
  };
  return { shown, fault, open, grow, letGo };
}
