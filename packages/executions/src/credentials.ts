import type { OutcomeCode, PlanUse } from '@cc-executor/contracts';
import type { PlanReading } from '@cc-executor/forecast';

/** The scope of a limit: all models, or the requested one ('': the agent's default). */
export type LimitScope = { model: string } | 'all';

export interface CredentialFailure {
  /** RFC 3339 */
  at: string;
  outcome: OutcomeCode;
  message: string | null;
}

/** When a credential worked or was rejected. */
export interface CredentialSign {
  /** RFC 3339 */
  at: string;
  /** The proof: a prompt, or a probe request. */
  by: 'prompt' | 'try';
  /** The reason for a rejection; null: none. */
  message: string | null;
}

/** The last use of a credential. */
export interface CredentialUse {
  /** RFC 3339; null: never, as far as is known. */
  lastSuccess: string | null;
  lastFailure: CredentialFailure | null;
  /** When it last worked, by any proof; null: never, as far as is known. */
  lastWorked: CredentialSign | null;
  /** When it was last rejected as a credential (a limit is not a rejection); null: never. */
  lastRefused: CredentialSign | null;
}

/** The known facts about a credential, in addition to Claude Code's own report. */
export type CredentialState = 'found' | 'works' | 'refused';

/** Returns the state of a credential, and the proof for it; a rejection before `renewed` no longer counts. */
export function credentialState(
  { lastWorked, lastRefused }: Pick<CredentialUse, 'lastWorked' | 'lastRefused'>,
  renewed: Date,
): { state: CredentialState; sign: CredentialSign | null } {
  const isRefused =
    lastRefused !== null &&
    lastRefused.at >= renewed.toISOString() &&
    (lastWorked === null || lastRefused.at > lastWorked.at);
  if (isRefused) return { state: 'refused', sign: lastRefused };
  return { state: lastWorked === null ? 'found' : 'works', sign: lastWorked };
}

/**
 * The knowledge of all workers about the credentials of agents. A credential is named by an opaque fingerprint; it
 * is never stored here.
 */
export interface CredentialBook {
  /** Records a limit; until then no other execution needs to try. */
  limited(credential: string, scope: LimitScope, until: Date): Promise<void>;
  /** Returns until when prompts for this model ('': the agent's default) are blocked; null: not blocked. */
  limitedUntil(credential: string, model: string): Promise<Date | null>;
  /** Records that it worked. Limits that were recorded before `begun` are over. */
  succeeded(credential: string, begun: Date): Promise<void>;
  failed(credential: string, failure: CredentialFailure): Promise<void>;
  /** Records that a probe request worked or was rejected. */
  tried(credential: string, tried: { works: boolean; message: string | null }): Promise<void>;
  lastUse(credential: string): Promise<CredentialUse>;
  /** Records how much of the plan's limits is used, after a use with this cost in dollars. */
  planUsed(credential: string, plan: readonly PlanUse[], cost: number): Promise<void>;
  /** Returns the last record of each limit, and the share of it that a dollar used. */
  plan(credential: string): Promise<PlanReading[]>;
}
