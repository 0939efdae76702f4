import type {
  CredentialBook,
  CredentialFailure,
  CredentialSign,
  CredentialUse,
  LimitScope,
} from '@cc-executor/executions';
import type { PlanUse } from '@cc-executor/contracts';
import type { PlanReading } from '@cc-executor/forecast';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { SLIGHT_MS } from './clock.ts';
import { KEYS } from './keys.ts';
import { withScripts } from './scripts.ts';

/** The record of an unused credential expires after a quarter of a year. */
const KEPT_SECONDS = 90 * 24 * 3600;

const PLAN = 'plan ';
const USE = ['success', 'failure', 'accepted', 'refused'] as const;

/** How much of a limit is used now and was used when its window was first seen, and what was spent since. */
interface Noted {
  used: number;
  first: number;
  cost: number;
  resets_at: string;
}

/** Stores one hash for each credential, by its fingerprint. */
export class RedisCredentialBook implements CredentialBook {
  readonly #redis: Redis;
  readonly #run;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#run = withScripts(redis);
  }

  async limited(credential: string, scope: LimitScope, until: Date): Promise<void> {
    const args = [fieldOf(scope), until.getTime(), KEPT_SECONDS];
    await this.#run('limited', [KEYS.credential(credential)], args);
  }

  async limitedUntil(credential: string, model: string): Promise<Date | null> {
    const fields = [`limit ${fieldOf('all')}`, `limit ${fieldOf({ model })}`];
    const [found, time] = await Promise.all([
      answered(this.#redis.hmget(KEYS.credential(credential), ...fields)),
      answered(this.#redis.time()),
    ]);
    const now = (time?.[0] ?? 0) * 1000;
    const limits = (found ?? []).map((value) => (value ?? '0 0').split(' ').map(Number));
    // One that was noted at a time that has not come yet: the clock was set back since, and nothing says until when it is.
    const until = Math.max(0, ...limits.map(([at = 0, noted = 0]) => (noted > now + SLIGHT_MS ? 0 : at)));
    return until > Date.now() ? new Date(until) : null;
  }

  async succeeded(credential: string, begun: Date): Promise<void> {
    const args = [new Date().toISOString(), Math.max(0, Date.now() - begun.getTime()), KEPT_SECONDS];
    await this.#run('succeeded', [KEYS.credential(credential)], args);
  }

  async failed(credential: string, failure: CredentialFailure): Promise<void> {
    const key = KEYS.credential(credential);
    const said = this.#redis.multi();
    said.hset(key, 'failure', JSON.stringify(failure));
    if (failure.outcome === 'auth_failed') said.hset(key, 'refused', refusal(failure, 'prompt'));
    said.expire(key, KEPT_SECONDS);
    await answered(said.exec());
  }

  async tried(
    credential: string,
    { works, message }: { works: boolean; message: string | null },
  ): Promise<void> {
    const key = KEYS.credential(credential);
    const at = new Date().toISOString();
    const said = this.#redis.multi();
    if (works) said.hset(key, 'accepted', at);
    else said.hset(key, 'refused', refusal({ at, message }, 'try'));
    said.expire(key, KEPT_SECONDS);
    await answered(said.exec());
  }

  async lastUse(credential: string): Promise<CredentialUse> {
    const found = await answered(this.#redis.hmget(KEYS.credential(credential), ...USE));
    const [success, failed, accepted, refused] = found ?? [];
    const lastFailure = failed ? (JSON.parse(failed) as CredentialFailure) : null;
    // An earlier version stored a rejection only as the last failure.
    const known = lastFailure?.outcome === 'auth_failed' ? refusal(lastFailure, 'prompt') : null;
    const lastRefused = refused ?? known;
    return {
      lastSuccess: success ?? null,
      lastFailure,
      lastWorked: later(worked(success, 'prompt'), worked(accepted, 'try')),
      lastRefused: lastRefused === null ? null : (JSON.parse(lastRefused) as CredentialSign),
    };
  }

  async planUsed(credential: string, plan: readonly PlanUse[], cost: number): Promise<void> {
    const keys = [KEYS.credential(credential)];
    const noted = plan.map(
      async ({ limit, used, resets_at }) =>
        await this.#run('planned', keys, [limit, used, resets_at ?? '', cost, KEPT_SECONDS]),
    );
    await Promise.all(noted);
  }

  async plan(credential: string): Promise<PlanReading[]> {
    const found = (await answered(this.#redis.hgetall(KEYS.credential(credential)))) ?? {};
    return Object.entries(found).flatMap(([field, json]) =>
      field.startsWith(PLAN) ? [readingOf(field.slice(PLAN.length), json)] : [],
    );
  }
}

function refusal({ at, message }: Pick<CredentialSign, 'at' | 'message'>, by: CredentialSign['by']): string {
  return JSON.stringify({ at, by, message } satisfies CredentialSign);
}

function worked(at: string | null | undefined, by: CredentialSign['by']): CredentialSign | null {
  return at ? { at, by, message: null } : null;
}

function later(a: CredentialSign | null, b: CredentialSign | null): CredentialSign | null {
  return a === null || (b !== null && b.at > a.at) ? b : a;
}

function readingOf(limit: string, json: string): PlanReading {
  const { used, first, cost, resets_at } = JSON.parse(json) as Noted;
  const per_usd = cost > 0 && used > first ? (used - first) / cost : null;
  return { limit, used, resets_at: resets_at === '' ? null : resets_at, per_usd };
}

function fieldOf(scope: LimitScope): string {
  return scope === 'all' ? '*' : `model ${scope.model}`;
}
