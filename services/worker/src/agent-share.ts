import type { WorkerReport } from '@cc-executor/executions';

type Peer = Pick<WorkerReport, 'worker' | 'since' | 'budget' | 'lanes'>;

/**
 * How many agents this worker may run of what all workers with the same budget have together: an equal part, what does
 * not divide goes to the oldest. One that comes later takes no more than what the others have not in use.
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
