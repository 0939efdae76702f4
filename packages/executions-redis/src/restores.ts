import type { ExecutionStatus } from '@cc-executor/contracts';
import type { RestoreClaim, WorkspaceRestores } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { answered } from './answered.ts';
import { KEYS, keysOf } from './keys.ts';
import { withScripts } from './scripts.ts';

/** How long a folder stays reserved for a restore whose process has ended, in milliseconds. */
const KEPT_MS = 20_000;
const RENEW_MS = 4000;

/** Keeps folders free for restores, in Redis, where the turns of executions are. */
export class RedisRestores implements WorkspaceRestores {
  readonly #redis: Redis;
  readonly #run;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#run = withScripts(redis);
  }

  async begin(executionId: string, turn: string): Promise<RestoreClaim> {
    const token = randomBytes(12).toString('base64url');
    const args = [executionId, turn, token, KEPT_MS];
    const answer = await this.#run('begin_restore', keysOf(executionId), args);
    const [result, detail = ''] = answer as [RestoreClaim['result'], string?];
    if (result === 'illegal') return { result, status: detail as ExecutionStatus };
    if (result === 'taken') return { result, by: detail === '' ? null : detail };
    if (result !== 'begun') return { result };
    const renewing = setInterval(() => {
      // One that fails is tried again long before the time is over.
      this.#run('renew_restore', keysOf(executionId), args).catch(() => undefined);
    }, RENEW_MS);
    return {
      result,
      end: async () => {
        clearInterval(renewing);
        await answered(this.#redis.zrem(KEYS.restores, `${token} ${turn}`));
      },
    };
  }
}
