import type { Installation } from './installation.ts';

/** One behaviour that an installation must have. */
export interface Check {
  id: string;
  /** What must be so, as a sentence. */
  title: string;
  /** Why it can't be looked at with the user's own model; default: it can. */
  scriptedOnly?: string;
  /** Throws, with what is and what should be, when it is not so. */
  run: (installation: Installation) => Promise<void>;
}

/** How a check went. */
export interface Checked {
  id: string;
  title: string;
  result: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  message: string | null;
  /** Seconds. */
  seconds: number;
}
