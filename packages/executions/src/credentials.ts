import type { OutcomeCode, PlanUse } from '@cc-executor/contracts';
import type { PlanReading } from '@cc-executor/foresight';

/** What a limit holds for: all models, or the one that was asked for ('': the agent's default). */
export type LimitScope = { model: string } | 'all';

export interface CredentialFailure {
  /** RFC 3339 */
  at: string;
  outcome: OutcomeCode;
  message: string | null;
}

/** When a credential worked or was refused. */
export interface CredentialSign {
  /** RFC 3339 */
  at: string;
  /** What has shown it: a prompt, or a request that was only made to find out. */
  by: 'prompt' | 'try';
  /** What was said of a refusal; null: nothing. */
  message: string | null;
}

/** How a credential was last used. */
export interface CredentialUse {
  /** RFC 3339; null: never, as far as is known. */
  lastSuccess: string | null;
  lastFailure: CredentialFailure | null;
  /** When it last worked, by whatever has shown it; null: never, as far as is known. */
  lastWorked: CredentialSign | null;
  /** When it was last refused: not accepted as a credential, a limit is no refusal; null: never. */
  lastRefused: CredentialSign | null;
}

/** What was found of a credential, beside what Claude Code itself says of it. */
export type CredentialState = 'found' | 'works' | 'refused';

/** Returns the state of a credential, and the sign that it comes from; a refusal of before `renewed` is over. */
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
 * What all workers know of the credentials by which agents work. A credential is named by an opaque fingerprint; it
 * itself never comes here.
 */
export interface CredentialBook {
  /** A limit was reached; until then no other execution need try. */
  limited(credential: string, scope: LimitScope, until: Date): Promise<void>;
  /** Until when a prompt for this model ('': the agent's default) need not be tried; null: it may be. */
  limitedUntil(credential: string, model: string): Promise<Date | null>;
  /** It worked. Limits that were noted before `begun` are over. */
  succeeded(credential: string, begun: Date): Promise<void>;
  failed(credential: string, failure: CredentialFailure): Promise<void>;
  /** A request that was only made to find out has shown that it works, or that it is refused. */
  tried(credential: string, tried: { works: boolean; message: string | null }): Promise<void>;
  lastUse(credential: string): Promise<CredentialUse>;
  /** Notes how much of the plan's limits is used, after a use that cost so many dollars. */
  planUsed(credential: string, plan: readonly PlanUse[], cost: number): Promise<void>;
  /** What was last noted of each limit, and what part of it a dollar has used. */
  plan(credential: string): Promise<PlanReading[]>;
}
