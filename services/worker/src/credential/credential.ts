import { OUTCOMES, type AttemptEnd, type AuthStatus } from '@cc-executor/contracts';
import type { PlanReading } from '@cc-executor/forecast';
import type { CredentialBook, CredentialUse, LimitScope } from '@cc-executor/executions';

/** The credential of this worker's agents, with the shared knowledge of all workers about it. */
export class Credential {
  readonly #book: CredentialBook;
  readonly #fingerprint: string;

  /** Its method, on which the instructions to fix it depend. */
  readonly method: AuthStatus['method'];

  constructor(book: CredentialBook, fingerprint: string, method: AuthStatus['method'] = 'none') {
    this.method = method;
    this.#book = book;
    this.#fingerprint = fingerprint;
  }

  /** Returns until when a limit blocks prompts for this model ('': the default); null: not blocked. */
  async limitedUntil(model: string): Promise<Date | null> {
    return await this.#book.limitedUntil(this.#fingerprint, model);
  }

  /** Returns what is known of the limits of its plan. */
  async plan(): Promise<PlanReading[]> {
    return await this.#book.plan(this.#fingerprint);
  }

  async lastUse(): Promise<CredentialUse> {
    return await this.#book.lastUse(this.#fingerprint);
  }

  /** Records the result of a probe request. */
  async tried(tried: { works: boolean; message: string | null }): Promise<void> {
    await this.#book.tried(this.#fingerprint, tried);
  }

  /** Records what an attempt's end proves about the credential. `limitedUntil`: when it is retried after a usage limit. */
  async note(
    { outcome, message, limit, plan, cost_usd }: AttemptEnd,
    { model, begun, limitedUntil }: { model: string; begun: Date; limitedUntil: Date | null },
  ): Promise<void> {
    if (plan) await this.#book.planUsed(this.#fingerprint, plan, cost_usd ?? 0);
    const { credential } = OUTCOMES[outcome];
    if (credential === 'accepted') await this.#book.succeeded(this.#fingerprint, begun);
    if (credential !== 'refused') return;
    await this.#book.failed(this.#fingerprint, { at: new Date().toISOString(), outcome, message });
    if (outcome !== 'usage_limit' || limitedUntil === null) return;
    await this.#book.limited(this.#fingerprint, scopeOf(limit, model), limitedUntil);
  }
}

/** Some limits apply to one model, such as seven_day_opus: the credential still works with others. */
function scopeOf(limit: string | undefined, model: string): LimitScope {
  return limit !== undefined && /_(opus|sonnet|haiku)$/.test(limit) ? { model } : 'all';
}
