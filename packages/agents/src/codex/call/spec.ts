import type { TurnSpec } from '../../turns/spec.ts';

/** The job of Codex, as its connecting process receives it. */
export type CodexSpec = CodexTurn & (CodexToStart | StartedCodex);

interface CodexToStart extends Pick<TurnSpec, 'program'> {
  /** The folder of this Codex's files; it is created. */
  home: string;
  /** The file with the user's login, to which that home leads; null: none. */
  login: string | null;
}

/** A Codex that runs in a container. */
interface StartedCodex {
  /** The socket at which its input and output are. */
  socket: string;
}

/** One turn of a Codex that was started. */
export interface CodexTurn extends Omit<TurnSpec, 'program'> {
  /** The parameters of a new or a resumed thread, by the names of Codex; they may have the key. */
  thread: Readonly<Record<string, unknown>>;
  /** The permissions of its turn, in Codex's terms. */
  sandbox: Readonly<Record<string, unknown>>;
  /** The schema that is sent to the model itself; null: none. */
  outputSchema: Readonly<Record<string, unknown>> | null;
}
