/** False when there is no such process (left). `target` below 0 means a group. */
export function sendSignal(target: number, signal: NodeJS.Signals): boolean {
  if (target === 0) return false;
  try {
    return process.kill(target, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
