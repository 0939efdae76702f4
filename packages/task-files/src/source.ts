/** One fault of a task file; line and column count from 1. */
export interface FileFault {
  line: number;
  column: number;
  message: string;
}

export type Path = readonly (string | number)[];

/** A task file as data, before it is checked against the schema. */
export interface Source {
  value: unknown;
  /** The faults of the format itself. */
  faults: readonly FileFault[];
  /** Notes about text that is interpreted in an unexpected way. */
  notes?: readonly FileFault[];
  /** The names of its groups, by the index of their first task. */
  groups?: ReadonlyMap<number, string>;
  /** Returns the place of the value at a path, or of the nearest one around it. */
  locate: (path: Path) => Pick<FileFault, 'line' | 'column'>;
}
