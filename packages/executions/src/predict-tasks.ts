import { levelsOf, predict, type Histories, type Predicted } from '@cc-executor/forecast';
import { classify, type Classification } from '@cc-executor/task-analysis';
import { setImmediate } from 'node:timers/promises';
import type { RunStatistics } from './ports/history.ts';
import type { TaskRecord } from './record.ts';

/** The analysis of a task before it runs. */
export interface PredictedTask extends Predicted {
  classification: Classification;
  /** The names under which its run is stored. */
  levels: string[];
}

/** The timeout for statistics; without them, defaults are used. Milliseconds. */
const PATIENCE_MS = 1000;
const CHUNK = 20;

/**
 * Classifies tasks and predicts their time, in one round trip for all; by defaults if there are no statistics.
 * `load`: the load of the machine, per core. Never rejects.
 */
export async function predictTasks(
  statistics: Pick<RunStatistics, 'read'>,
  tasks: readonly Pick<TaskRecord, 'kind' | 'text' | 'agent' | 'timeout'>[],
  load: number,
): Promise<PredictedTask[]> {
  const known: Pick<PredictedTask, 'classification' | 'levels'>[] = [];
  for (const task of tasks) {
    const classification = classify(task);
    known.push({ classification, levels: levelsOf(task.agent, task.text, classification) });
    // A long list must not block this process.
    if (known.length % CHUNK === 0) await setImmediate();
  }
  const names = [...new Set(known.flatMap(({ levels }) => levels))];
  const runs = await patiently(statistics.read(names));
  const histories = new Map(names.map((name, index) => [name, runs[index] ?? []]));
  const all: PredictedTask[] = [];
  const alike = new Map<string, Predicted>();
  for (const [index, task] of tasks.entries()) {
    const { classification, levels } = known[index] ?? { classification: classify(task), levels: [] };
    const timeout = task.timeout === 'auto' ? null : task.timeout;
    const key = JSON.stringify([levels, classification.complexity, timeout]);
    const predicted =
      alike.get(key) ??
      predict(
        classification,
        levels.map((level) => histories.get(level) ?? []),
        { kind: task.kind, load, timeout },
      );
    alike.set(key, predicted);
    all.push({ classification, levels, ...predicted });
    if (all.length % CHUNK === 0) await setImmediate();
  }
  return all;
}

async function patiently(asked: Promise<Histories>): Promise<Histories> {
  const late = Promise.withResolvers<Histories>();
  const timer = setTimeout(() => late.resolve([]), PATIENCE_MS);
  try {
    return await Promise.race([asked.catch(() => []), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
