import { CommanderError } from 'commander';
import type { Failure } from './call-failure.ts';
import { CliError, EXIT } from './exit-codes.ts';

/** One clear account of whatever was thrown. */
export async function failureOf(error: unknown): Promise<Failure> {
  // Commander has printed it; a help that was asked for is no failure.
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage, message: null };
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  // The client is loaded only by who needs it: "--help" does not.
  const { callFailureOf } = await import('./call-failure.ts');
  const failure = callFailureOf(error);
  if (failure) return failure;
  return { exitCode: EXIT.failed, message: error instanceof Error ? error.message : String(error) };
}
