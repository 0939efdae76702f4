/** Several of these fit into SILENT_MS: how often a worker says "alive". Milliseconds. */
export const ALIVE_MS = 1000;
/** A worker that says nothing for so long is frozen. The sweeper waits for longer than this. Milliseconds. */
export const SILENT_MS = 5000;
/**
 * A worker that hears no sign of its guardian's life for so long counts on nobody to see one: its guardian is gone, or the
 * shared folder can't be written. Milliseconds.
 */
export const MUTE_MS = 4000;
/** How often a guardian looks at its own clock and at the shared folder. Milliseconds. */
export const TICK_MS = 500;
