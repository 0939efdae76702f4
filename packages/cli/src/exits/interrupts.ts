const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * npm forwards the signal that the terminal has already sent to the whole group: a repeat that comes this soon is
 * the same keystroke. Milliseconds.
 */
const SAME_KEYSTROKE_MS = 500;

/** Calls `act` at the first Ctrl-C or other termination signal, and at each later one. Returns a function that removes it. */
export function onInterrupt(act: (signal: NodeJS.Signals, isRepeated: boolean) => void): () => void {
  let firstAt: number | null = null;
  const receive = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (firstAt !== null && now - firstAt <= SAME_KEYSTROKE_MS) return;
    const isRepeated = firstAt !== null;
    firstAt ??= now;
    act(signal, isRepeated);
  };
  for (const signal of SIGNALS) process.on(signal, receive);
  return () => {
    for (const signal of SIGNALS) process.off(signal, receive);
  };
}
