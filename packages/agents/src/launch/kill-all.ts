import { endProcesses } from './end-processes.ts';
import { survivors } from './survivors.ts';

/** Ends the group `leader`, and what left it with `mark`, at once. Resolves when nothing of it can be ended any more. */
export async function killAll(leader: number, mark: string): Promise<void> {
  await endProcesses({ look: () => survivors(leader, mark, Infinity), deadline: () => 0 });
}
