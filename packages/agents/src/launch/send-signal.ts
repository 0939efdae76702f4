/** `gone`: there is no such process; `refused`: it belongs to another user. */
export type SignalResult = 'sent' | 'gone' | 'refused';

/** Sends a signal to a process, or to a group if `target` is below 0: then one process that receives it is enough. */
export function sendSignal(target: number, signal: NodeJS.Signals): SignalResult {
  if (target === 0) return 'gone';
  try {
    process.kill(target, signal);
    return 'sent';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return 'gone';
    if (code === 'EPERM') return 'refused';
    throw error;
  }
}
