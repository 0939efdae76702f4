import type { LaunchPlan } from './launch-plan.ts';

/** What starts programs of a user at boot or at log-in. */
export interface ServiceManager {
  name: string;
  /** The file that describes the service, below the home of the user. */
  file: (home: string) => string;
  content: (plan: LaunchPlan, home: string) => string;
  /** The commands after the file was written. */
  install: (file: string) => readonly (readonly string[])[];
  /** The commands before it is removed. */
  uninstall: (file: string) => readonly (readonly string[])[];
  /** What else a person may want to do or know. */
  hints: readonly string[];
}
