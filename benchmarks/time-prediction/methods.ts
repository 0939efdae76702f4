import { KEPT, levelsOf, predict, runOf, type Run } from '@cc-executor/forecast';
import { classify } from '@cc-executor/task-analysis';
import type { PastRun } from './history.ts';

/** What a method says of a run, in seconds; `limit` where it would end it. */
interface Said {
  median: number;
  p90: number;
  limit?: number;
}

/** A way to predict: asked before each run, told after it. */
export interface Method {
  ask(run: PastRun): Said;
  /** `limit`: where the run was ended that would never have ended. */
  tell(run: PastRun, said: Said): void;
}

/** The estimator under judgement, with its histories in memory. */
export function ours(): Method {
  const kept = new Map<string, Run[]>();
  const marks = new WeakMap<Said, { mark: Parameters<typeof runOf>[0]; levels: string[] }>();
  return {
    ask: ({ kind, text, agent, load }) => {
      const found = classify({ kind, text });
      const levels = levelsOf(agent, text, found);
      const histories = levels.map((level) => kept.get(level) ?? []);
      const { prediction, mark } = predict(found, histories, { kind, load, timeout: null });
      const said = { median: prediction.expected, p90: prediction.likely, limit: prediction.limit };
      marks.set(said, { mark, levels });
      return said;
    },
    tell: ({ seconds, outcome, load }, said) => {
      const known = marks.get(said);
      if (!known || outcome === 'failed') return;
      const limit = said.limit ?? Infinity;
      const whole = seconds !== null && seconds <= limit;
      const took = Math.min(seconds ?? Infinity, limit);
      const run = runOf(known.mark, { seconds: took, whole, load, silence: null, tokens: null, cost: null });
      for (const [index, level] of known.levels.entries()) {
        const runs = run ? [run, ...(kept.get(level) ?? [])] : [];
        kept.set(level, runs.slice(0, index === 0 ? KEPT.agent : KEPT.level));
      }
    },
  };
}

/** Knows what each kind truly is. */
function oracle(): Method {
  return { ask: ({ truth }) => ({ median: truth.median, p90: truth.p90 }), tell: () => undefined };
}

/** The same for every run. */
function constant(): Method {
  return { ask: () => ({ median: 60, p90: 600 }), tell: () => undefined };
}

/** The quantiles of a bucket's completed runs, all of them or the latest. */
function buckets(nameOf: (run: PastRun) => string, latest = Infinity, top = 0.9): Method {
  const kept = new Map<string, number[]>();
  return {
    ask: (run) => {
      const sorted = (kept.get(nameOf(run)) ?? [60]).toSorted((a, b) => a - b);
      const at = (part: number) =>
        sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 60;
      return { median: at(0.5), p90: at(top) };
    },
    tell: (run) => {
      if (run.outcome !== 'completed' || run.seconds === null) return;
      const runs = [...(kept.get(nameOf(run)) ?? []), run.seconds];
      kept.set(nameOf(run), runs.slice(-Math.min(latest, runs.length)));
    },
  };
}

const twoWords = ({ kind, text }: PastRun) => `${kind} ${text.split(' ').slice(0, 2).join(' ')}`;

/** A category by parts of words, as the predecessor had it: `commit -m x` has the x of a calculation in it. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ['calculation', /calc|[*+x=]|math|comput/],
  ['code', /creat|write|implement|function|class|add|code|fix/],
  ['analysis', /analy|review|check|test/],
  ['architecture', /design|architect|refactor/],
  ['explanation', /explain|what|how/],
];
const byParts = ({ text }: PastRun) =>
  PARTS.find(([, parts]) => parts.test(text.toLowerCase()))?.[0] ?? 'general';

/** What is judged beside one another. */
export const METHODS: Readonly<Record<string, () => Method>> = {
  'an oracle': oracle,
  'cc-executor': ours,
  'a bucket of two words': () => buckets(twoWords),
  'overall quantiles': () => buckets(() => 'all'),
  "the predecessor's method": () => buckets(byParts, 10, 1),
  'a constant': constant,
};
