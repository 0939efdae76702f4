import type { CredentialBook, CredentialFailure, CredentialUse, LimitScope } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';
import { withScripts } from './scripts.ts';

/** What is known of a credential that nobody uses any more goes after a quarter of a year. */
const KEPT_SECONDS = 90 * 24 * 3600;

/** One hash for each credential, by its fingerprint. */
export class RedisCredentialBook implements CredentialBook {
  readonly #redis: Redis;
  readonly #run;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#run = withScripts(redis);
  }

  async limited(credential: string, scope: LimitScope, until: Date): Promise<void> {
    const args = [fieldOf(scope), until.getTime(), Date.now(), KEPT_SECONDS];
    await this.#run('limited', [KEYS.credential(credential)], args);
  }

  async limitedUntil(credential: string, model: string): Promise<Date | null> {
    const fields = [`limit ${fieldOf('all')}`, `limit ${fieldOf({ model })}`];
    const found = (await answered(this.#redis.hmget(KEYS.credential(credential), ...fields))) ?? [];
    const until = Math.max(...found.map((value) => Number.parseInt(value ?? '0')));
    return until > Date.now() ? new Date(until) : null;
  }

  async succeeded(credential: string, begun: Date): Promise<void> {
    const args = [new Date().toISOString(), begun.getTime(), KEPT_SECONDS];
    await this.#run('succeeded', [KEYS.credential(credential)], args);
  }

  async failed(credential: string, failure: CredentialFailure): Promise<void> {
    const key = KEYS.credential(credential);
    const said = this.#redis.multi();
    said.hset(key, 'failure', JSON.stringify(failure));
    said.expire(key, KEPT_SECONDS);
    await answered(said.exec());
  }

  async lastUse(credential: string): Promise<CredentialUse> {
    const found = await answered(this.#redis.hmget(KEYS.credential(credential), 'success', 'failure'));
    const [success, failure] = found ?? [];
    return {
      lastSuccess: success ?? null,
      lastFailure: failure ? (JSON.parse(failure) as CredentialFailure) : null,
    };
  }
}

function fieldOf(scope: LimitScope): string {
  return scope === 'all' ? '*' : `model ${scope.model}`;
}
