import type { RunStatistics } from '@cc-executor/executions';
import { KEPT, readRun, writeRun, type Run } from '@cc-executor/forecast';
import type { Redis } from 'ioredis';
import { KEYS } from './keys.ts';
import { withScripts } from './scripts.ts';

/** The number of runs that are kept parsed. */
const MOST = 4096;

/** Parses runs, each text once: the same runs are read at each of their levels, and again for each task. */
class KnownRuns {
  readonly #known = new Map<string, Run | null>();

  /** Returns the run that a text encodes; null if it is not a run. */
  read(text: string): Run | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST) this.#known.clear();
    const run = readRun(text);
    this.#known.set(text, run);
    return run;
  }
}

/** The largest number of levels; the least recently used are removed. Each has at most 64 runs of 60 bytes. */
const LEVELS = 4000;
/** The number of levels that are read at a time, so that a long list does not block other users of Redis. */
const CHUNK = 100;

/** Stores the latest runs of each level as a list. */
export class RedisRunStatistics implements RunStatistics {
  readonly #run;
  readonly #known = new KnownRuns();

  constructor(redis: Redis) {
    this.#run = withScripts(redis);
  }

  async read(levels: readonly string[]): Promise<Run[][]> {
    const found: Promise<string[]>[] = [];
    for (let at = 0; at < levels.length; at += CHUNK) found.push(this.#recall(levels.slice(at, at + CHUNK)));
    const texts = (await Promise.all(found)).flat();
    return texts.map((text) => text.split('\n').flatMap((line) => this.#known.read(line) ?? []));
  }

  async add(levels: readonly string[], run: Run): Promise<void> {
    const keys = [KEYS.runLevels, ...levels.map((level) => KEYS.runs(level))];
    await this.#run('learn', keys, [writeRun(run), KEPT.agent, KEPT.level, LEVELS]);
  }

  async #recall(levels: readonly string[]): Promise<string[]> {
    const keys = levels.map((level) => KEYS.runs(level));
    return (await this.#run('recall', keys, [])) as string[];
  }
}
