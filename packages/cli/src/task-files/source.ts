import type { FileFault } from './task-file-error.ts';

export type Path = readonly (string | number)[];

/** A task file as data, not yet checked against the schema. */
export interface Source {
  value: unknown;
  /** What is wrong with the format itself. */
  faults: readonly FileFault[];
  /** What is read in a way that its writer may not expect. */
  notes?: readonly FileFault[];
  /** Where the value at a path is written, or the nearest one around it. */
  locate: (path: Path) => Pick<FileFault, 'line' | 'column'>;
}
