import { counted } from '@cc-executor/contracts/english';
import { COMPLEXITIES, type Complexity, type Prediction, type TaskKind } from '@cc-executor/contracts';
import type { Classification } from '@cc-executor/task-analysis';
import { estimate } from './estimate.ts';
import { silenceLimit } from './silence.ts';
import { spentOf } from './spent.ts';
import type { Histories, Mark } from './run.ts';

/** The smallest limit, in seconds: a prompt starts an agent, which a busy machine delays. */
const FLOOR = { prompt: 30, command: 2, tool: 2 } as const;
const LIKELY_BY_DEFAULT = 2;
/** A history of so few runs is not enough. */
const FEW = 3;
/** The number of runs for half of the possible confidence, and the possible confidence at each level. */
const HALF_CONFIDENT = 5;
const OTHERS = 'of other tasks';
const CONFIDENCE = { signature: 1, similar: 0.7, category: 0.4 } as const;

/**
 * The least part of the usual time that is expected of a complexity that has not run yet: other tasks, which may all have
 * been short, say how fast a machine is, and little of how much there is to do.
 */
const LEAST_OF_USUAL: Readonly<Record<Complexity, number>> = {
  trivial: 0,
  low: 0,
  medium: 0,
  high: 0.25,
  extreme: 0.25,
};

/** The circumstances of a run. */
export interface RunConditions {
  kind: TaskKind;
  /** The load of the machine, per core. */
  load: number;
  /** The task's own limit in seconds; null: none. */
  timeout: number | null;
}

export interface Predicted {
  prediction: Prediction;
  /** Stored with the run. */
  mark: Mark;
  /** The longest silence of this kind of task, in seconds; null: unknown. */
  silence: number | null;
}

/** Predicts a run from the histories of its levels (see `levelsOf`), in that order; missing ones are empty. */
export function predict(
  { category, complexity }: Pick<Classification, 'category' | 'complexity'>,
  histories: Histories,
  { kind, load, timeout }: RunConditions,
): Predicted {
  const { mark, ...times } = estimate(histories, complexity, load);
  const basis = basisOf(histories, category, complexity);
  const usual = COMPLEXITIES[complexity];
  const found =
    basis.level === 'defaults'
      ? { expected: usual.expected, likely: LIKELY_BY_DEFAULT * usual.expected, limit: usual.limit }
      : times;
  const least = basis.isOfOthers ? LEAST_OF_USUAL[complexity] * usual.expected : 0;
  // Knowledge about other kinds must not end a run early.
  const limit = basis.level === 'category' ? Math.max(found.limit, usual.limit) : found.limit;
  const most = timeout ?? Infinity;
  return {
    mark,
    silence: silenceLimit(histories),
    prediction: {
      expected: rounded(Math.min(Math.max(found.expected, least), most)),
      likely: rounded(Math.min(Math.max(found.likely, LIKELY_BY_DEFAULT * least), most)),
      limit: rounded(Math.min(Math.max(limit, FLOOR[kind]), most)),
      confidence: basis.confidence,
      based_on: { level: basis.level, runs: basis.runs, text: basis.text },
      ...spentOf(histories),
    },
  };
}

type Level = Prediction['based_on']['level'];

function basisOf(histories: Histories, category: string, complexity: Complexity) {
  const [agent = [], ofCategory = [], similar = [], signature = [], same = []] = histories;
  const count = (runs: Histories[number]) => runs.filter((run) => run.whole).length;
  const found = (
    [
      ['signature', Math.max(count(signature), count(same)), 'of this kind of task'],
      ['similar', count(similar), 'of similar tasks'],
      ['category', count(ofCategory), `of ${complexity} tasks of the category ${category}`],
      ['category', count(agent), OTHERS],
    ] as const
  ).find(([, runs]) => runs >= FEW);
  if (!found) {
    const text = `the default for ${complexity} tasks: there is no history yet`;
    return { level: 'defaults' as Level, runs: 0, confidence: 0, text, isOfOthers: false };
  }
  const [level, runs, whose] = found;
  const confidence = Math.round((100 * CONFIDENCE[level] * runs) / (runs + HALF_CONFIDENT)) / 100;
  const text = `the latest ${counted(runs, 'run')} ${whose}`;
  return { level: level as Level, runs, confidence, text, isOfOthers: whose === OTHERS };
}

/** Returns three significant digits; a short time keeps its milliseconds. */
function rounded(seconds: number): number {
  return Number(seconds.toPrecision(3));
}
