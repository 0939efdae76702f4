import type { Histories } from './run.ts';

/** Fewer runs than this do not show which silences are usual. */
const FEW = 8;
/** A silence that is this many times longer than any of the latest runs' is unusual. */
const BEYOND = 4;
/** In seconds: shorter silences mean nothing. */
const FLOOR = 60;

/** Returns the longest usual silence of exactly this kind of task, in seconds; null if too little is known. */
export function silenceLimit(histories: Histories): number | null {
  const [, , , signature = []] = histories;
  const known = signature.filter((run) => run.whole).flatMap((run) => run.silence ?? []);
  return known.length < FEW ? null : Math.max(FLOOR, BEYOND * Math.max(...known));
}
