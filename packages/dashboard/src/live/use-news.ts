import { useEffect, useRef, useState } from 'preact/hooks';
import { noteRefusal } from '../session.ts';
import { useClient, useIsSeen } from './hooks.ts';

/** Changes that come together are shown together. Milliseconds. */
const BATCH_MS = 300;
/** The time after which a server that cannot be reached is said to be so, and between two tries; seconds. */
const PATIENCE = 3;

/**
 * Calls `onNews` when the state of an execution has changed, and when that may have happened unseen. Returns why the
 * server could not be followed the last time; undefined: it was. A tab that nobody sees follows nothing, since a browser opens few connections to one
 * server; it looks when it is seen again.
 */
export function useNews(onNews: () => void): unknown {
  const client = useClient();
  const isSeen = useIsSeen();
  const [fault, setFault] = useState<unknown>();
  const latest = useRef(onNews);
  latest.current = onNews;
  useEffect(() => {
    if (!isSeen) return undefined;
    const leaving = new AbortController();
    const { signal } = leaving;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        latest.current();
      }, BATCH_MS);
    };
    const follow = async () => {
      // Also with its head: what was before it may have happened after the page was read.
      for await (const _ of client.feed({ signal, giveUpAfter: PATIENCE })) {
        setFault(undefined);
        tell();
      }
    };
    const run = async () => {
      while (!signal.aborted) {
        await follow().catch((error: unknown) => {
          if (signal.aborted) return;
          noteRefusal(error);
          setFault(error);
        });
        await new Promise((resolve) => setTimeout(resolve, PATIENCE * 1000));
      }
    };
    void run();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [client, isSeen]);
  return fault;
}
