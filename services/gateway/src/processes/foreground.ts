import type { Session } from '../sessions/session.ts';

/** The foreground process of a session: it ends when its client disconnects. */
export class Foreground {
  readonly executionId: string;
  /** The ids of the sessions that it has belonged to: each of them can be used to attach. */
  readonly sessionIds = new Set<string>();
  /** The session that receives its events; null: the client's socket was lost. */
  session: Session | null;
  /** Stops the reporting when another session takes over. */
  reporting = new AbortController();
  done = false;
  /** Stops watching its session's socket. */
  unwatch: () => void = () => undefined;
  grace: NodeJS.Timeout | undefined;

  constructor(executionId: string, session: Session) {
    this.executionId = executionId;
    this.session = session;
    this.sessionIds.add(session.id);
  }
}
