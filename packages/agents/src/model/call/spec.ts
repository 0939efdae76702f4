import type { OutcomeCode, Usage } from '@cc-executor/contracts';

/** A request, as the process that makes it receives it. */
export interface ModelSpec {
  /** The address of the API, e.g. http://127.0.0.1:4000/v1 */
  url: string;
  /** null: it gets no key. */
  key: string | null;
  model: string;
  system: string | null;
  prompt: string;
  /** null: any text is accepted; else the answer has to be JSON, by the schema if there is one. */
  json: { schema: Record<string, unknown> | null } | null;
  /** The largest answer, in bytes. */
  mostBytes: number;
  /** The address of the proxy for all its requests; absent: that of the environment. */
  proxy?: string;
}

/** How a request ended. */
export interface ModelEnd {
  outcome: OutcomeCode;
  /** The error and its remedy; null: none. */
  message: string | null;
  /** null: there is none. */
  result: string | null;
  json: unknown;
  /** How the JSON had to be repaired; null: not at all. */
  mended: string | null;
  /** When a limit resets; RFC 3339. */
  resets_at: string | null;
  /** As the API names it. */
  model: string | null;
  usage: Usage | null;
}
