import type { ExecutionPage } from '@cc-executor/sdk';
import { useRef, useState } from 'preact/hooks';
import { noteRefusal } from '../session.ts';
import { useClient, useEvery } from './hooks.ts';

/** How often the newest lists are looked at, in milliseconds. */
const EVERY_MS = 2500;
const LOOKED_AT = 50;

/**
 * Calls `onNews` when the state of one of the newest lists has changed. Returns whether the server was reached the last
 * time.
 */
export function useNews(onNews: () => void): boolean {
  const client = useClient();
  const [isReached, setReached] = useState(true);
  const seen = useRef<string | null>(null);
  const isAsking = useRef(false);
  useEvery(EVERY_MS, () => {
    if (isAsking.current) return;
    isAsking.current = true;
    client
      .list({ limit: LOOKED_AT })
      .then((page) => {
        const now = signatureOf(page);
        if (seen.current !== null && seen.current !== now) onNews();
        if (!isReached) onNews();
        seen.current = now;
        setReached(true);
      })
      .catch((error: unknown) => {
        noteRefusal(error);
        setReached(false);
      })
      .finally(() => {
        isAsking.current = false;
      });
  });
  return isReached;
}

function signatureOf({ executions }: ExecutionPage): string {
  return JSON.stringify(
    executions.map(({ execution_id, status, settled_tasks, current_task }) => [
      execution_id,
      status,
      settled_tasks,
      current_task,
    ]),
  );
}
