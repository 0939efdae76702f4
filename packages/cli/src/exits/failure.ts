import { type Command, CommanderError } from 'commander';
import type { Failure } from './call-failure.ts';
import { CliError, EXIT } from './exit-codes.ts';

/** Returns one clear report of anything that was thrown. `command`: the one that ran, if one was found. */
export async function failureOf(error: unknown, command: Command | null): Promise<Failure> {
  // The command library has printed what was requested: help or the version.
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage, message: null };
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  // The client is loaded only when needed: "--help" does not need it.
  const { callFailureOf } = await import('./call-failure.ts');
  const failure = callFailureOf(error, command);
  if (failure) return failure;
  return { exitCode: EXIT.failed, message: error instanceof Error ? error.message : String(error) };
}
