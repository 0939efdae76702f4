import type { RunStatistics } from '@cc-executor/executions';
import { KEPT, readRun, writeRun, type Run } from '@cc-executor/foresight';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';
import { withScripts } from './scripts.ts';

/** Levels beyond this are forgotten, those first that had no run for longest; each has at most 64 runs of 60 bytes. */
const LEVELS = 4000;

/** The latest runs of each level, as a list. */
export class RedisRunStatistics implements RunStatistics {
  readonly #redis: Redis;
  readonly #run;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#run = withScripts(redis);
  }

  async read(levels: readonly string[]): Promise<Run[][]> {
    const asked = this.#redis.pipeline();
    for (const level of levels) asked.lrange(KEYS.runs(level), 0, -1);
    const answers = (await answered(asked.exec())) ?? [];
    return answers.map(([error, texts]) =>
      error ? [] : (texts as string[]).flatMap((text) => readRun(text) ?? []),
    );
  }

  async add(levels: readonly string[], run: Run): Promise<void> {
    const keys = [KEYS.runLevels, ...levels.map((level) => KEYS.runs(level))];
    await this.#run('learn', keys, [writeRun(run), KEPT.agent, KEPT.level, LEVELS]);
  }
}
