import { setTimeout as delay } from 'node:timers/promises';
import { sendSignal } from './send-signal.ts';
import { SURE_AFTER, survivors } from './survivors.ts';

/** Ends the group `leader`, and what left it with `mark`, at once. Resolves when none of it is left. */
export async function killAll(leader: number, mark: string): Promise<void> {
  for (let quiet = 0; quiet < SURE_AFTER;) {
    const { pids } = await survivors(leader, mark, Infinity);
    quiet = pids.length === 0 ? quiet + 1 : 0;
    for (const pid of pids) sendSignal(pid, 'SIGKILL');
    await delay(5);
  }
}
