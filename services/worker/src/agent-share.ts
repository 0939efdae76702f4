import type { WorkerReport } from '@cc-executor/executions';

type Peer = Pick<WorkerReport, 'worker' | 'since' | 'budget' | 'lanes'>;

/**
 * Returns how many agents this worker may run of the shared budget: an equal part, and the remainder
 * goes to the oldest. A new worker takes no more than the others leave unused.
 */
export function shareOf(me: Pick<Peer, 'worker' | 'since' | 'budget'>, all: readonly Peer[]): number {
  const others = all.filter(({ worker, budget }) => worker !== me.worker && budget.scope === me.budget.scope);
  const agents = Math.min(me.budget.agents, ...others.map(({ budget }) => budget.agents));
  const rank = others.filter((other) => isOlder(other, me)).length;
  const part = Math.floor(agents / (others.length + 1)) + (rank < agents % (others.length + 1) ? 1 : 0);
  const inUse = others.reduce((sum, { lanes }) => sum + lanes.prompts.running, 0);
  return Math.max(0, Math.min(part, agents - inUse));
}

function isOlder(one: Pick<Peer, 'worker' | 'since'>, other: Pick<Peer, 'worker' | 'since'>): boolean {
  return one.since === other.since ? one.worker < other.worker : one.since < other.since;
}
