import type { FileFault } from './task-file-error.ts';

export type Path = readonly (string | number)[];

/** A task file as data, not yet checked against the schema. */
export interface Source {
  value: unknown;
  /** What is wrong with the format itself. */
  faults: readonly FileFault[];
  /** Where the value at a path is written, or the nearest one around it. */
  locate: (path: Path) => Pick<FileFault, 'line' | 'column'>;
}

/** The fault of a text that no reader has stack enough for. */
export const TOO_DEEP = 'is nested too deeply';

/** True of the errors by which a stack ends: of a call, or of an expression that is compiled just then. */
export function isOverflow({ message }: { message: string }): boolean {
  return (
    message.includes('Maximum call stack') ||
    (message.startsWith('Invalid regular expression') && message.includes('Stack overflow'))
  );
}
