const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * npm forwards the signal that the terminal has already sent to the whole group: a repeat that comes this
 * soon is the same keystroke. Milliseconds.
 */
const SAME_KEYSTROKE_MS = 500;

/** Calls `first` at the first termination signal and `again` at each later one. */
export function onEndingSignals(handlers: {
  first: (signal: NodeJS.Signals) => void;
  again: (signal: NodeJS.Signals) => void;
}): void {
  let firstAt: number | null = null;
  const receive = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      handlers.first(signal);
    } else if (now - firstAt > SAME_KEYSTROKE_MS) handlers.again(signal);
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, receive);
}

/**
 * Keeps Node from opening its debugger at SIGUSR1. Every process of the same user may send that, and everybody on the
 * machine could then run code in this process.
 */
export function refuseDebugger(): void {
  process.on('SIGUSR1', () => undefined);
}
