const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `act` at each Ctrl-C or other ending signal, with how many there were; gives what ends that. */
export function onInterrupt(act: (count: number, signal: NodeJS.Signals) => void): () => void {
  let count = 0;
  const receive = (signal: NodeJS.Signals) => act((count += 1), signal);
  for (const signal of SIGNALS) process.on(signal, receive);
  return () => {
    for (const signal of SIGNALS) process.off(signal, receive);
  };
}
