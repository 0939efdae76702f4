import type { Receipt, TaskVerification } from '@cc-executor/contracts';

/** Which snapshot of an execution, by its UUID, or its id where it has none. */
interface NamedSnapshot {
  execution: string;
  task: number;
  attempt: number;
  when: 'before' | 'after';
}

/** Returns which of some snapshots of one workspace are not whole. `place`: that of one of them. */
export type SnapshotCheck = (ids: readonly string[], place: NamedSnapshot) => Promise<ReadonlySet<string>>;

/** Adds to what is known of tasks which snapshots of their receipts are not whole, and returns the numbers of these tasks. */
export async function verifySnapshots(
  tasks: readonly TaskVerification[],
  receipts: readonly Receipt[],
  check: SnapshotCheck,
): Promise<ReadonlySet<number>> {
  const damaged = new Set<number>();
  const named = receipts.flatMap(({ execution_id, execution_uuid, task, attempt, end: { snapshots } }) =>
    (['before', 'after'] as const).flatMap((when) => {
      const id = snapshots?.[when] ?? null;
      return id === null ? [] : [{ execution: execution_uuid ?? execution_id, task, attempt, when, id }];
    }),
  );
  const [first] = named;
  if (!first) return damaged;
  const faulty = await check([...new Set(named.map(({ id }) => id))], first);
  for (const { task, attempt, when, id } of named) {
    const found = tasks.find((one) => one.task === task);
    if (!found || !faulty.has(id)) continue;
    found.reasons.push(`its snapshot ${when} attempt ${String(attempt)} is missing or damaged`);
    if (found.verdict === 'verified') found.verdict = 'unverified';
    damaged.add(task);
  }
  return damaged;
}
