/** The deadline for the end of the whole stack, in milliseconds: a worker's stop, and what comes before and after. */
export const STOP_DEADLINE_MS = 60_000;
