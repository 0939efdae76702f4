/** What is wrong, and in which line, from 1; null: in none. */
interface LineFault {
  line: number | null;
  message: string;
}

/** A text as data. */
export interface ReadData {
  value: unknown;
  /** Why it cannot be read. */
  faults: readonly LineFault[];
  /**
   * Returns the line, from 1, of the value that a path names, like `tasks[2].timeout`, or of the nearest one around it; null:
   * it is in no line.
   */
  lineOf: (path: string) => number | null;
}
