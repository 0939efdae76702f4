import type { PastRun } from './history.ts';
import type { Method } from './methods.ts';

/** Runs that are there to learn from, and are not judged. */
const FIRST_JUDGED = 500;
/** The normal quantile of a two-sided 99%. */
const Z99 = 2.576;

export interface Verdict {
  judged: number;
  /** The pinball losses of the logarithm. */
  lossMedian: number;
  lossP90: number;
  /** The part of runs under the 90th percentile. */
  under: number;
  /** Kinds whose part under it is not within the 99% bounds of what the oracle had. */
  outside: string[];
  /** The part of good runs that the limit would have ended. */
  ended: number;
  /** Of hung runs: how many, and their limit over their kind's true 90th percentile, the mean. */
  hung: number;
  lost: number;
}

/** Predicts each run before it is observed, and judges completed ones from the 501st on; all histories together. */
export function judge(method: () => Method, histories: readonly (readonly PastRun[])[]): Verdict {
  const sum = { judged: 0, median: 0, p90: 0, under: 0, ended: 0 };
  const kinds = new Map<string, { runs: number; ours: number; oracle: number }>();
  const lost: number[] = [];
  for (const history of histories) {
    const one = method();
    for (const [index, run] of history.entries()) {
      const said = one.ask(run);
      const { truth, seconds } = run;
      if (index >= FIRST_JUDGED && run.outcome === 'hung') lost.push((said.limit ?? Infinity) / truth.p90);
      if (index >= FIRST_JUDGED && run.outcome === 'completed' && seconds !== null) {
        sum.judged += 1;
        sum.median += pinball(seconds, said.median, 0.5);
        sum.p90 += pinball(seconds, said.p90, 0.9);
        sum.under += Number(seconds <= said.p90);
        sum.ended += Number(seconds > (said.limit ?? Infinity));
        const kind = kinds.get(truth.kind) ?? { runs: 0, ours: 0, oracle: 0 };
        kinds.set(truth.kind, {
          runs: kind.runs + 1,
          ours: kind.ours + Number(seconds <= said.p90),
          oracle: kind.oracle + Number(seconds <= truth.p90),
        });
      }
      one.tell(run, said);
    }
  }
  return {
    judged: sum.judged,
    lossMedian: sum.median / sum.judged,
    lossP90: sum.p90 / sum.judged,
    under: sum.under / sum.judged,
    outside: [...kinds].filter(([, kind]) => isOutside(kind)).map(([name]) => name),
    ended: sum.ended / sum.judged,
    hung: lost.length,
    lost: lost.reduce((all, ratio) => all + ratio, 0) / lost.length,
  };
}

/** The quantile loss (Koenker and Bassett 1978), of natural logarithms of seconds. */
function pinball(seconds: number, predicted: number, level: number): number {
  const over = Math.log(seconds) - Math.log(predicted);
  return over >= 0 ? level * over : (level - 1) * over;
}

function isOutside({ runs, ours, oracle }: { runs: number; ours: number; oracle: number }): boolean {
  return Math.abs(ours - oracle) / runs > Z99 * Math.sqrt((0.9 * 0.1) / runs);
}
