import type { Installation } from './installation.ts';

/** One required behaviour of an installation. */
export interface Check {
  id: string;
  /** The requirement, as a sentence. */
  title: string;
  /** Why it cannot be checked with the user's own model; default: it can. */
  scriptedOnly?: string;
  /** Throws with the actual and the expected state if it is not met. */
  run: (installation: Installation) => Promise<void>;
}

/** The result of a check. */
export interface Checked {
  id: string;
  title: string;
  result: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  message: string | null;
  /** Seconds. */
  seconds: number;
}
