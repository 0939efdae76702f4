/** A clock that is set back by less is corrected as clocks are, in milliseconds. */
export const SLIGHT_MS = 10_000;
