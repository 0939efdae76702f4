import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { CcExecutor } from '@cc-executor/sdk';
import { parseRoute, type Route } from '../route.ts';
import { currentSession, noteRefusal, onSession } from '../session.ts';

/** Returns the client, again when its key changes. */
export function useClient(): CcExecutor {
  return useSession().client;
}

export function useSession() {
  const [session, set] = useState(currentSession);
  useEffect(() => onSession(() => set(currentSession())), []);
  return session;
}

export function useRoute(): Route {
  const [hash, set] = useState(location.hash);
  useEffect(() => {
    const changed = () => set(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return parseRoute(hash);
}

export interface Call<T> {
  value: T | null;
  error: unknown;
  /** Starts the call again; what is there stays until the answer comes. */
  reload: () => void;
}

/**
 * Makes a call, again whenever `of` changes; a call that is no longer wanted is given up. A `reload` while one runs is made
 * after it, however many there were.
 */
export function useCall<T>(
  make: (client: CcExecutor, signal: AbortSignal) => Promise<T>,
  of: readonly unknown[],
): Call<T> {
  const client = useClient();
  const [turn, setTurn] = useState(0);
  const [state, set] = useState<{ value: T | null; error: unknown; of: string }>({
    value: null,
    error: null,
    of: '',
  });
  const running = useRef<{ again: boolean } | null>(null);
  const key = JSON.stringify(of);
  useEffect(() => {
    const leaving = new AbortController();
    const own = { again: false };
    running.current = own;
    make(client, leaving.signal)
      .then(
        (value) => {
          if (!leaving.signal.aborted) set({ value, error: null, of: key });
        },
        (error: unknown) => {
          if (leaving.signal.aborted) return;
          noteRefusal(error);
          set((before) => ({ value: before.of === key ? before.value : null, error, of: key }));
        },
      )
      .finally(() => {
        if (running.current !== own) return;
        running.current = null;
        if (own.again) setTurn((before) => before + 1);
      });
    return () => {
      leaving.abort();
      if (running.current === own) running.current = null;
    };
  }, [client, turn, key]);
  const reload = useCallback(() => {
    if (running.current === null) setTurn((before) => before + 1);
    else running.current.again = true;
  }, []);
  const isCurrent = state.of === key;
  return { value: isCurrent ? state.value : null, error: isCurrent ? state.error : null, reload };
}

/** Returns whether the tab is seen. */
export function useIsSeen(): boolean {
  const [isSeen, set] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const changed = () => set(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return isSeen;
}

/** Calls `run` every so many milliseconds while the page is seen, and when it is seen again. */
export function useEvery(milliseconds: number, run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const tick = () => {
      if (document.visibilityState === 'visible') latest.current();
    };
    const timer = setInterval(tick, milliseconds);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [milliseconds]);
}

/** Returns a function that calls `run` at once, or where it did so a moment before, when `milliseconds` have passed. */
export function useSparingly(milliseconds: number, run: () => void): () => void {
  const latest = useRef(run);
  latest.current = run;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const isDue = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    isDue.current = timer.current !== undefined;
    if (isDue.current) return;
    const call = () => {
      timer.current = undefined;
      if (isDue.current) begin();
    };
    const begin = () => {
      isDue.current = false;
      timer.current = setTimeout(call, milliseconds);
      latest.current();
    };
    begin();
  }, [milliseconds]);
}

/** Sets the title of the tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}
