import { numbered, taskAt } from '@cc-executor/contracts/task-numbers';
import { isSettled, type GraphView } from '@cc-executor/contracts';
import { graphOf, runsApart } from './needs.ts';
import type { ExecutionStore } from './ports/store.ts';
import { notFound } from './stored-execution.ts';
import { describeTask } from './record.ts';
import type { TaskState } from './state.ts';

/** A task of which nothing is known counts as long as this, in seconds. */
const UNKNOWN_SECONDS = 60;

/** Returns what the tasks of an execution need, and where they stand. Throws EXECUTION_NOT_FOUND. */
export async function readGraph(store: ExecutionStore, executionId: string): Promise<GraphView> {
  const execution = await store.read(executionId);
  if (!execution) throw notFound(executionId);
  const { record, state } = execution;
  const { needs, all, apart } = graphOf(record.tasks);
  // Which of both it is, is decided before the first task begins.
  const isApart =
    runsApart(record) &&
    !numbered(state.tasks).some(([task, { in_copy }]) => apart.has(task) && in_copy === false);
  const nodes = numbered(record.tasks).map(([task_number, task]) => {
    const now = taskAt(state.tasks, task_number);
    return {
      task_number,
      name: task.name,
      description: describeTask(task),
      status: now?.status ?? ('pending' as const),
      in_copy: now?.in_copy ?? (isApart && apart.has(task_number)),
      seconds: secondsOf(now),
    };
  });
  const direct = nodes.map(({ task_number: to }) => withoutImplied(needs(to), all));
  const edges = numbered(direct).flatMap(([to, of]) => of.map((from) => ({ from, to })));
  const critical_path = longestPath(
    direct,
    nodes.map(({ seconds, status }) => seconds ?? (isSettled(status) ? 0 : UNKNOWN_SECONDS)),
  );
  return { execution_id: executionId, status: state.status, nodes, edges, critical_path };
}

/** Returns a graph as a flowchart of Mermaid. */
export function mermaidOf({ nodes, edges, critical_path }: GraphView): string {
  const lines = ['flowchart TD'];
  for (const { task_number: task, description, status } of nodes)
    lines.push(`  t${String(task)}["${String(task)}. ${escaped(description)}"]:::${status}`);
  const steps = new Set(
    critical_path.slice(1).map((to, index) => `${String(critical_path[index])} ${String(to)}`),
  );
  for (const { from, to } of edges)
    lines.push(
      `  t${String(from)} ${steps.has(`${String(from)} ${String(to)}`) ? '==>' : '-->'} t${String(to)}`,
    );
  const styles = Object.entries(STYLES).filter(([status]) => nodes.some((node) => node.status === status));
  return [...lines, ...styles.map(([status, style]) => `  classDef ${status} ${style}`), ''].join('\n');
}

const STYLES: Readonly<Record<GraphView['nodes'][number]['status'], string>> = {
  pending: 'fill:#eee,stroke:#999,color:#333',
  running: 'fill:#cfe2ff,stroke:#1d5fbf,color:#000',
  completed: 'fill:#d3f0d8,stroke:#2a7d3c,color:#000',
  failed: 'fill:#f9d3d3,stroke:#b3261e,color:#000',
  timed_out: 'fill:#f9d3d3,stroke:#b3261e,color:#000',
  cancelled: 'fill:#eee,stroke:#999,color:#333,stroke-dasharray:4',
  skipped: 'fill:#eee,stroke:#999,color:#333,stroke-dasharray:4',
};

/** Letters and digits of any language stay; everything else is its number, which Mermaid takes in any place. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (sign) => `#${String(sign.codePointAt(0))};`);
}

function secondsOf(task: TaskState | undefined): number | null {
  if (task === undefined) return null;
  if (isSettled(task.status)) return task.end?.execution_time ?? null;
  return task.prediction?.expected ?? null;
}

function withoutImplied(needs: readonly number[], all: (task: number) => number[]): number[] {
  const implied = new Set<number>();
  return [...needs]
    .toSorted((one, other) => other - one)
    .filter((one) => {
      if (implied.has(one)) return false;
      for (const before of all(one)) implied.add(before);
      return true;
    })
    .toReversed();
}

function longestPath(needs: readonly (readonly number[])[], seconds: readonly number[]): number[] {
  const ends = new Map<number, number>();
  const by = new Map<number, number | undefined>();
  const lastOf = (tasks: Iterable<number>): number | undefined =>
    [...tasks].reduce<number | undefined>(
      (last, one) => (last === undefined || (ends.get(one) ?? 0) > (ends.get(last) ?? 0) ? one : last),
      undefined,
    );
  for (const [task, direct] of numbered(needs)) {
    const last = lastOf(direct);
    by.set(task, last);
    ends.set(task, (taskAt(seconds, task) ?? 0) + (last === undefined ? 0 : (ends.get(last) ?? 0)));
  }
  const path: number[] = [];
  for (let at = lastOf(ends.keys()); at !== undefined; at = by.get(at)) path.unshift(at);
  return path;
}
