import type { ReportDone, TaskStatus } from '@cc-executor/contracts';
import type { EarlierRunFacts } from './earlier-runs.ts';

type News = ReportDone['news'];

/** The number of earlier runs from which a time or a cost can be unusual. */
const ENOUGH = 3;
/** The factor above the earlier maximum. */
const TIMES = 2;
/** Less than this is never called slower, or dearer: seconds, US dollars. */
const LEAST = { seconds: 10, dollars: 0.05 } as const;

/** Returns what is different from the earlier runs of a task; nothing where there were none. */
export function newsOf(
  earlier: EarlierRunFacts | null,
  now: { status: TaskStatus; seconds: number | null; dollars: number | null },
): News {
  if (earlier === null) return [];
  const day = earlier.last.ended_at.slice(0, 10);
  const didComplete = earlier.last.status === 'completed';
  if (now.status !== 'completed')
    return didComplete
      ? [{ kind: 'newly_failing', sentence: `It succeeded the last time, on ${day}.` }]
      : [{ kind: 'still_failing', sentence: `It also failed the last time, on ${day}.` }];
  const news: News = didComplete
    ? []
    : [{ kind: 'passes_again', sentence: `It failed the last time, on ${day}.` }];
  const slower = unusual(now.seconds, earlier.durations, LEAST.seconds);
  if (slower)
    news.push({
      kind: 'slower',
      sentence: `It took ${slower.now.toFixed(0)} s; ${among(earlier.durations)} took ${slower.most.toFixed(0)} s at most.`,
    });
  const dearer = unusual(now.dollars, earlier.costs, LEAST.dollars);
  if (dearer)
    news.push({
      kind: 'dearer',
      sentence: `It cost $${dearer.now.toFixed(2)}; ${among(earlier.costs)} cost $${dearer.most.toFixed(2)} at most.`,
    });
  return news;
}

function unusual(now: number | null, before: readonly number[], least: number) {
  if (now === null || before.length < ENOUGH) return null;
  const most = Math.max(...before);
  return now > most * TIMES && now - most > least ? { now, most } : null;
}

const among = (runs: readonly unknown[]) => `its last ${String(runs.length)} runs`;
