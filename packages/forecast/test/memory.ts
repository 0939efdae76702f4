import {
  KEPT,
  levelsOf,
  predict,
  runOf,
  type FinishedRun,
  type Mark,
  type Predicted,
  type Run,
} from '../src/index.ts';
import { classify } from '@cc-executor/task-analysis';

const NORMAL = { load: 0.5, silence: null, tokens: null, cost: null };

/** Histories in memory. */
export function memory() {
  const kept = new Map<string, Run[]>();
  const levels = (text: string) => levelsOf('claude', text, classify({ kind: 'prompt', text }));
  const ask = (text: string, { load = 0.5, timeout = null as number | null } = {}): Predicted => {
    const histories = levels(text).map((level) => kept.get(level) ?? []);
    return predict(classify({ kind: 'prompt', text }), histories, { kind: 'prompt', load, timeout });
  };
  const run = (
    text: string,
    seconds: readonly number[],
    told: Partial<FinishedRun> = {},
    mark?: Mark,
  ): void => {
    for (const one of seconds) {
      const finished = runOf(mark ?? ask(text).mark, { ...NORMAL, whole: true, ...told, seconds: one });
      if (!finished) continue;
      for (const [index, level] of levels(text).entries())
        kept.set(
          level,
          [finished, ...(kept.get(level) ?? [])].slice(0, index === 0 ? KEPT.agent : KEPT.level),
        );
    }
  };
  return { ask, run };
}
