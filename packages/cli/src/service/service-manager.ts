import type { LaunchPlan } from './launch-plan.ts';

/** A manager of the user's services, which start at boot or at log-in. */
export interface ServiceManager {
  name: string;
  /** The file that describes the service, below the home of the user. */
  file: (home: string) => string;
  content: (plan: LaunchPlan, home: string) => string;
  /** The commands after the file was written. */
  install: (file: string) => readonly (readonly string[])[];
  /** The commands before it is removed. */
  uninstall: (file: string) => readonly (readonly string[])[];
  /** Additional notes for people. */
  hints: readonly string[];
}
