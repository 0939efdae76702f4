import { constants } from 'node:os';

/** The exit codes of the command; under `run`, a command's own exit code replaces DONE and FAILED. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  cancelled: 4,
  timedOut: 5,
  paused: 6,
} as const;

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = constants.signals;

/** Returns the exit code after a signal, as a shell reports it. */
export function exitCodeOfSignal(signal: string): number {
  return 128 + (SIGNAL_NUMBERS[signal] ?? 0);
}

/** An unsuccessful end with a sentence for people. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
