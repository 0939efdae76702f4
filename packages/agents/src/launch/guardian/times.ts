/** How often a worker sends "alive"; several of these fit into SILENT_MS. Milliseconds. */
export const ALIVE_MS = 1000;
/** A worker that is silent for this long is frozen. The sweeper waits longer than this. Milliseconds. */
export const SILENT_MS = 5000;
/**
 * A worker without a sign of its guardian for this long assumes that nobody sees one: its guardian is dead, or the
 * shared folder is not writable. Milliseconds.
 */
export const MUTE_MS = 4000;
/** How often a guardian checks its own clock and the shared folder. Milliseconds. */
export const TICK_MS = 500;
