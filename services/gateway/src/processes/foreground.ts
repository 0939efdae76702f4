import type { Session } from '../sessions/session.ts';

/** The process that a session runs in its foreground: it ends when its client goes. */
export class Foreground {
  readonly executionId: string;
  /** The ids of the sessions that it was of: by each of them it may be attached to. */
  readonly sessionIds = new Set<string>();
  /** Who is told of it; null: its client's socket was lost. */
  session: Session | null;
  /** Ends the telling when another session takes it over. */
  telling = new AbortController();
  done = false;
  /** Ends the watch over its session's socket. */
  unwatch: () => void = () => undefined;
  grace: NodeJS.Timeout | undefined;

  constructor(executionId: string, session: Session) {
    this.executionId = executionId;
    this.session = session;
    this.sessionIds.add(session.id);
  }
}
