import { backoff } from '@cc-executor/contracts/backoff';
import { setTimeout as delay } from 'node:timers/promises';
import { killCgroup } from './cgroup/cgroup.ts';
import { describeProcess, type LeftProcess } from './left-process.ts';
import { sendSignal } from './send-signal.ts';
import { SURE_AFTER, type Survivors } from './survivors.ts';

/** How long processes that cannot be killed may take to end by themselves, as when they lose their pipes. Milliseconds. */
const REFUSED_MS = 1000;
/** How long listing processes may fail after the deadline, as it does without free descriptors. Milliseconds. */
const BLIND_MS = 10_000;
/** The waits between two looks at the processes, in milliseconds. */
const LOOK_WAITS = { first: 1, longest: 50 };

export interface Ending {
  /** Lists the processes to end. */
  look: () => Promise<Survivors>;
  /** When SIGKILL follows SIGTERM, by `performance.now()`; it may be moved while this runs. */
  deadline: () => number;
  /** The cgroups that are killed together with the processes when SIGKILL is due. */
  cgroups?: readonly string[];
  /** Called for each process that gets a signal. */
  onSignal?: (pid: number) => void;
}

/**
 * Ends processes: SIGTERM, and SIGKILL after the deadline. Resolves when none is left, with those that could not be
 * ended because they belong to another user. Never rejects.
 */
export async function endProcesses({
  look,
  deadline,
  cgroups = [],
  onSignal,
}: Ending): Promise<LeftProcess[]> {
  const asked = new Set<number>();
  const [refusal, blindness] = [new Spell(), new Spell()];
  for (let looks = 1, quiet = 0; ; looks += 1) {
    const force = performance.now() >= deadline();
    const found = await look().catch((error: Error) => error);
    if (found instanceof Error) {
      quiet = 0;
      if (force && blindness.lasts(true, BLIND_MS))
        return [{ pid: null, command: `unknown (the processes can't be listed: ${found.message})` }];
    } else {
      blindness.lasts(false, BLIND_MS);
      const { pids, unsure } = found;
      quiet = pids.length === 0 ? quiet + 1 : 0;
      if (quiet >= (unsure || asked.size > 0 ? SURE_AFTER : 1)) return [];
      if (force && pids.length > 0) for (const cgroup of cgroups) killCgroup(cgroup);
      const results = pids.filter((pid) => force || !asked.has(pid)).map((pid) => ask(pid, force));
      for (const pid of pids) {
        if (!asked.has(pid)) onSignal?.(pid);
        asked.add(pid);
      }
      const allRefuse = force && results.length > 0 && results.every((result) => result === 'refused');
      if (refusal.lasts(allRefuse, REFUSED_MS)) return pids.map(describeProcess);
    }
    await delay(backoff(looks, LOOK_WAITS));
  }
}

function ask(pid: number, force: boolean) {
  const result = sendSignal(pid, force ? 'SIGKILL' : 'SIGTERM');
  // A stopped process gets a polite signal only when it continues.
  if (!force) sendSignal(pid, 'SIGCONT');
  return result;
}

/** Measures how long something has been true without interruption. */
class Spell {
  #since: number | undefined;

  lasts(isTrue: boolean, ms: number): boolean {
    if (isTrue) this.#since ??= performance.now();
    else this.#since = undefined;
    return this.#since !== undefined && performance.now() - this.#since >= ms;
  }
}
