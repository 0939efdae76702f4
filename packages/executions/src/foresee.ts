import {
  classify,
  levelsOf,
  predict,
  type Classification,
  type Histories,
  type Predicted,
} from '@cc-executor/foresight';
import type { RunStatistics } from './ports.ts';
import type { TaskRecord } from './record.ts';

/** What is known of a task before it runs. */
export interface Foreseen extends Predicted {
  classification: Classification;
  /** Under which names its run is kept. */
  levels: string[];
}

/** Statistics that don't answer within this are done without: the answer is what is known without them. Milliseconds. */
const PATIENCE_MS = 500;

/**
 * Classifies tasks and predicts their time, in one round trip for all; with no statistics to be had, by the defaults.
 * `load`: of the machine, per core. Never rejects.
 */
export async function foresee(
  statistics: Pick<RunStatistics, 'read'>,
  tasks: readonly Pick<TaskRecord, 'kind' | 'text' | 'agent' | 'timeout'>[],
  load: number,
): Promise<Foreseen[]> {
  const known = tasks.map((task) => {
    const classification = classify(task);
    return { task, classification, levels: levelsOf(task.agent, task.text, classification) };
  });
  const names = [...new Set(known.flatMap(({ levels }) => levels))];
  const runs = await patiently(statistics.read(names));
  const histories = new Map(names.map((name, index) => [name, runs[index] ?? []]));
  return known.map(({ task: { kind, timeout }, classification, levels }) => ({
    classification,
    levels,
    ...predict(
      classification,
      levels.map((level) => histories.get(level) ?? []),
      { kind, load, timeout },
    ),
  }));
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
