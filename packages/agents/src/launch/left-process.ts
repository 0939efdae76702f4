import type { EventData } from '@cc-executor/contracts';
import { readFileSync } from 'node:fs';

/** A process that could not be ended. */
export interface LeftProcess {
  /** Null: unknown. */
  pid: number | null;
  /** Its command line, shortened. */
  command: string;
}

const MOST_CHARACTERS = 120;

export function describeProcess(pid: number): LeftProcess {
  try {
    const line = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
      .replaceAll('\0', ' ')
      .trim();
    return { pid, command: line.slice(0, MOST_CHARACTERS) || 'unknown' };
  } catch {
    return { pid, command: 'unknown' }; // it has ended meanwhile, or there is no /proc
  }
}

/** Returns the warning of an attempt that left processes behind. */
export function leftWarning(left: readonly LeftProcess[]): EventData<'task.warning'> {
  const named = left.map(({ pid, command }) => (pid === null ? command : `${String(pid)} (${command})`));
  const message = `These processes could not be ended, because they belong to another user, and may still run: ${named.join(', ')}.`;
  return { code: 'processes_left', message };
}
