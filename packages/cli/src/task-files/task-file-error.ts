import { CliError, EXIT } from '../exits/exit-codes.ts';

/** One fault of a task file; line and column from 1. */
export interface FileFault {
  line: number;
  column: number;
  message: string;
}

/** Every fault of a task file, each as `file:line:column: what`. */
export class TaskFileError extends CliError {
  readonly faults: readonly FileFault[];

  constructor(file: string, faults: readonly FileFault[]) {
    const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const lines = sorted.map(
      ({ line, column, message }) => `${file}:${String(line)}:${String(column)}: ${message}`,
    );
    super(EXIT.usage, lines.length === 1 ? lines.join('') : `the task file has faults:\n${lines.join('\n')}`);
    this.faults = sorted;
  }
}
