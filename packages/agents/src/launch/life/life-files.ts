// How guardians and sweepers communicate through a folder that all workers share:
//   "<worker>.life"                            the worker's guardian changes it again and again while it lives
//   "<worker>.ended"                           the worker ended while it owned executions, and nothing of it is left
//   "<worker> <generation> <execution>.wanted"   a sweeper sees no heartbeat of that owner: can it give up?
//   "<worker> <generation> <execution>.yielded"  it has: none of it runs, and nothing will
// Each part is encoded, so that no name leads out of the folder.

/** One ownership: of an execution, by a worker, under a generation. */
export interface Ownership {
  owner: string;
  executionId: string;
  generation: number;
}

type Kind = 'wanted' | 'yielded';

export const lifeFile = (worker: string): string => `${encodeURIComponent(worker)}.life`;

export const endFile = (worker: string): string => `${encodeURIComponent(worker)}.ended`;

export function ownershipFile({ owner, executionId, generation }: Ownership, kind: Kind): string {
  return `${encodeURIComponent(owner)} ${String(generation)} ${encodeURIComponent(executionId)}.${kind}`;
}

/** Parses a file's name; null: another file. */
export function ownershipOf(name: string): (Ownership & { kind: Kind }) | null {
  const [, owner, generation, executionId, kind] = /^(\S+) (\d+) (\S+)\.(wanted|yielded)$/.exec(name) ?? [];
  if (owner === undefined || executionId === undefined) return null;
  try {
    const decoded = { owner: decodeURIComponent(owner), executionId: decodeURIComponent(executionId) };
    return { ...decoded, generation: Number(generation), kind: kind as Kind };
  } catch {
    return null; // none of ours: it is not encoded as such a name is
  }
}
