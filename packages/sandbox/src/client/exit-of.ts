import type { Exit } from '@cc-executor/agents';
import { constants } from 'node:os';
import type { Exited } from '../protocol/index.ts';

/** A process that a signal ended has this much more than the signal's number as its exit code, in a container. */
const SIGNALLED = 128;

/**
 * Returns how a process in a container ended. There, an exit code of 137 alone does not say whether SIGKILL ended it:
 * a program may end with that code itself. `wasEnded`: its end was requested; `readOnly`: it could only read its workspace.
 */
export function exitOf(
  { code, out_of_memory, memory, lost, not_run }: Exited,
  { wasEnded, readOnly }: { wasEnded: boolean; readOnly: boolean },
): Exit {
  const signal = signalOf(code);
  const limit = `the limit of its container is ${String(memory)} bytes (CC_EXECUTOR_SANDBOX_MEMORY)`;
  if (lost !== null) {
    const message = `Its container was lost: ${lost}`;
    return { code: null, signal: null, because: { outcome: 'worker_lost', message }, note: null };
  }
  if (not_run !== null)
    return { code: null, signal: null, because: { outcome: 'spawn_failed', message: not_run }, note: null };
  if (out_of_memory && signal === 'SIGKILL' && !wasEnded) {
    const message = `It was out of memory: ${limit}.`;
    return { code: null, signal, because: { outcome: 'out_of_memory', message }, note: null };
  }
  const note = out_of_memory
    ? `One of its processes was ended since it was out of memory: ${limit}.`
    : signal === null
      ? readOnly
        ? 'Its workspace is read-only, because the task is shared.'
        : null
      : `That is what ${signal} leaves, too.`;
  return wasEnded && signal !== null
    ? { code: null, signal, because: null, note }
    : { code, signal: null, because: null, note };
}

function signalOf(code: number | null): NodeJS.Signals | null {
  const found = Object.entries(constants.signals).find(([, number]) => number === (code ?? 0) - SIGNALLED);
  return found === undefined ? null : (found[0] as NodeJS.Signals);
}
