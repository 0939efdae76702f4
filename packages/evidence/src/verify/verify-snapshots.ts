import type { Receipt, TaskVerification } from '@cc-executor/contracts';

/** Adds to what is known of tasks which snapshots of their receipts are not whole. `check`: returns those. */
export async function verifySnapshots(
  tasks: readonly TaskVerification[],
  receipts: readonly Receipt[],
  check: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<void> {
  const named = receipts.flatMap(({ task, attempt, end: { snapshots } }) =>
    (['before', 'after'] as const).flatMap((when) => {
      const id = snapshots?.[when] ?? null;
      return id === null ? [] : [{ task, attempt, when, id }];
    }),
  );
  const faulty = await check([...new Set(named.map(({ id }) => id))]);
  for (const { task, attempt, when, id } of named) {
    const found = tasks.find((one) => one.task === task);
    if (!found || !faulty.has(id)) continue;
    found.reasons.push(`its snapshot ${when} attempt ${String(attempt)} is missing or damaged`);
    if (found.verdict === 'verified') found.verdict = 'unverified';
  }
}
