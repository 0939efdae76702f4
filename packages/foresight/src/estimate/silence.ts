import type { Histories } from './run.ts';

/** Fewer runs than this say nothing of what silences are usual. */
const FEW = 8;
/** A silence that is so much longer than any of the latest runs' is none of the usual ones. */
const BEYOND = 4;
/** Seconds: no silence below this means anything. */
const FLOOR = 60;

/** The longest silence that this very kind of task may have, in seconds; null where too little is known. */
export function silenceLimit(histories: Histories): number | null {
  const [, , , signature = []] = histories;
  const known = signature.filter((run) => run.whole).flatMap((run) => run.silence ?? []);
  return known.length < FEW ? null : Math.max(FLOOR, BEYOND * Math.max(...known));
}
