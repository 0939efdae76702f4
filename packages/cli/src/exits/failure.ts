import { CommanderError } from 'commander';
import type { Failure } from './call-failure.ts';
import { CliError, EXIT } from './exit-codes.ts';

/** Returns one clear report of anything that was thrown. */
export async function failureOf(error: unknown): Promise<Failure> {
  // Commander has printed it; requested help is not a failure.
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage, message: null };
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  // The client is loaded only when needed: "--help" does not need it.
  const { callFailureOf } = await import('./call-failure.ts');
  const failure = callFailureOf(error);
  if (failure) return failure;
  return { exitCode: EXIT.failed, message: error instanceof Error ? error.message : String(error) };
}
