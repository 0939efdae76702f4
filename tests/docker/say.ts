const started = performance.now();

/** One line of progress, with the seconds since the start: the set-up takes minutes on a fresh machine. */
export function say(what: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds} s  ${what}\n`);
}
