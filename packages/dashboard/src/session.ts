import { CcExecutor, CcServerError } from '@cc-executor/sdk';
import { keptInTab } from './kept.ts';

/** The storage of the key: for this tab, until it is closed. */
const KEY = keptInTab('cc-executor-key');

interface Session {
  client: CcExecutor;
  hasKey: boolean;
  /** `wanted`: the server requires a key; `refused`: it did not accept the one that it got. */
  key: 'ok' | 'wanted' | 'refused';
}

let session: Session = {
  client: clientWith(KEY.read()),
  hasKey: KEY.read() !== null,
  key: 'ok',
};
const listeners = new Set<() => void>();

/** Returns the session as it is now. */
export function currentSession(): Session {
  return session;
}

/** Calls `listener` with each change, until the returned function is called. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Keeps a key for this tab, and tries again with it. Throws a sentence for what no key can be. */
export function useKey(key: string): void {
  const client = clientWith(key);
  KEY.write(key);
  change({ client, hasKey: true, key: 'ok' });
}

/** Notes that the server refused a call, where it did for want of a key. */
export function noteRefusal(error: unknown): void {
  if (!(error instanceof CcServerError) || error.code !== 'UNAUTHENTICATED') return;
  const hasKey = KEY.read() !== null;
  KEY.write(null);
  if (session.key === 'ok') change({ ...session, hasKey: false, key: hasKey ? 'refused' : 'wanted' });
}

function change(to: Session): void {
  session = to;
  for (const listener of listeners) listener();
}

function clientWith(key: string | null): CcExecutor {
  return new CcExecutor({ url: location.origin, apiKey: key ?? undefined });
}
