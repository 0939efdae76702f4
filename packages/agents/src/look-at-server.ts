import type { ServerCheck } from '@cc-executor/contracts';

/** Returns what is known of the server of a model at this base address; null: nothing yet, or `null` was given. Does not throw. */
export type LookAtServer = (address: string | null) => ServerCheck | null;
