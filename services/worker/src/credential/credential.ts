import type { AttemptEnd, AuthStatus, OutcomeCode } from '@cc-executor/contracts';
import type { PlanReading } from '@cc-executor/foresight';
import type { CredentialBook, CredentialUse, LimitScope } from '@cc-executor/executions';

/** Outcomes that say that the model's server took the credential. Of the others that are not below nothing is known. */
const TAKEN: readonly OutcomeCode[] = [
  'completed',
  'max_turns',
  'budget',
  'refused',
  'output_token_limit',
  'invalid_output',
  'uuid_mismatch',
  'validation_failed',
  'check_failed',
  'permission_denied',
];
const NOT_TAKEN: readonly OutcomeCode[] = [
  'auth_failed',
  'account_disabled',
  'billing',
  'usage_limit',
  'rate_limited',
];

/** The credential by which this worker's agents work, and what all workers know of it. */
export class Credential {
  readonly #book: CredentialBook;
  readonly #fingerprint: string;

  /** By what it works; the ways to cure it go by that. */
  readonly method: AuthStatus['method'];

  constructor(book: CredentialBook, fingerprint: string, method: AuthStatus['method'] = 'none') {
    this.method = method;
    this.#book = book;
    this.#fingerprint = fingerprint;
  }

  /** Until when a prompt for this model ('': the default) need not be tried, because of a limit; null: it may be. */
  async limitedUntil(model: string): Promise<Date | null> {
    return await this.#book.limitedUntil(this.#fingerprint, model);
  }

  /** What is known of the limits of its plan. */
  async plan(): Promise<PlanReading[]> {
    return await this.#book.plan(this.#fingerprint);
  }

  async lastUse(): Promise<CredentialUse> {
    return await this.#book.lastUse(this.#fingerprint);
  }

  /** Notes what a request has shown that was only made to find out. */
  async tried(tried: { works: boolean; message: string | null }): Promise<void> {
    await this.#book.tried(this.#fingerprint, tried);
  }

  /** Notes what an attempt's end says of the credential. `limitedUntil`: when it is tried again after a usage limit. */
  async note(
    { outcome, message, limit, plan, cost_usd }: AttemptEnd,
    { model, begun, limitedUntil }: { model: string; begun: Date; limitedUntil: Date | null },
  ): Promise<void> {
    if (plan) await this.#book.planUsed(this.#fingerprint, plan, cost_usd ?? 0);
    if (TAKEN.includes(outcome)) await this.#book.succeeded(this.#fingerprint, begun);
    if (!NOT_TAKEN.includes(outcome)) return;
    await this.#book.failed(this.#fingerprint, { at: new Date().toISOString(), outcome, message });
    if (outcome !== 'usage_limit' || limitedUntil === null) return;
    await this.#book.limited(this.#fingerprint, scopeOf(limit, model), limitedUntil);
  }
}

/** Some limits are of one model, such as seven_day_opus: with others the credential works on. */
function scopeOf(limit: string | undefined, model: string): LimitScope {
  return limit !== undefined && /_(opus|sonnet|haiku)$/.test(limit) ? { model } : 'all';
}
