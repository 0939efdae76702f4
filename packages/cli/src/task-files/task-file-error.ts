import { MOST_FAULTS } from '@cc-executor/contracts';
import type { FileFault } from '@cc-executor/task-files';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** The faults of a task file, each as `file:line:column: what`; of more than 100, how many more there are. */
export class TaskFileError extends CliError {
  readonly faults: readonly FileFault[];

  /** `total`: how many there are in all, where `faults` has only the first of them. */
  constructor(file: string, faults: readonly FileFault[], total = faults.length) {
    const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column).slice(0, MOST_FAULTS);
    const lines = sorted.map(
      ({ line, column, message }) => `${file}:${String(line)}:${String(column)}: ${message}`,
    );
    if (total > lines.length) lines.push(`and ${String(total - lines.length)} more`);
    super(EXIT.usage, lines.length === 1 ? lines.join('') : `the task file has faults:\n${lines.join('\n')}`);
    this.faults = sorted;
  }
}
