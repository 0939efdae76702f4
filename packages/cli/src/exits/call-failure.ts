import { CcLocalError, CcServerError } from '@cc-executor/sdk';
import type { Command } from 'commander';
import { optionOf } from '../options/option-of.ts';
import { EXIT } from './exit-codes.ts';

/** A failure, with an exit code for scripts and a message for people. `message` null: already reported. */
export interface Failure {
  exitCode: number;
  message: string | null;
}

/** Returns the failure that a failed call of the client means; null: the error is none of a call. `command`: the one that made the call. */
export function callFailureOf(error: unknown, command: Command | null): Failure | null {
  if (error instanceof CcServerError) return { exitCode: codeOf(error), message: messageFor(command, error) };
  if (error instanceof CcLocalError) {
    const hint = error.code === 'UNREACHABLE' ? ' Is it running? "cc-executor server start" starts one.' : '';
    const exitCode = error.code === 'BAD_OPTION' ? EXIT.usage : EXIT.unreachable;
    return { exitCode, message: `${error.message}${hint}` };
  }
  return null;
}

function codeOf({ code, status }: CcServerError): number {
  if (code === 'UNAUTHENTICATED' || status === null || status >= 500) return EXIT.unreachable;
  return EXIT.usage;
}

/** Returns the sentences of a rejected call, with the options of the command in place of the fields that they set. */
export function messageFor(
  command: Command | null,
  { code, message: told, errors, instructions }: CcServerError,
): string {
  const nameOf = (path: string) => (command && optionOf(command, path)) ?? path;
  const faults =
    errors.length > 1 ? errors.map(({ path, message: what }) => `  ${nameOf(path)}: ${what}`) : [];
  const first = errors[0]?.path ?? '';
  const isPlaced = first !== '' && told.startsWith(`${first}: `);
  const message = isPlaced ? `${nameOf(first)}${told.slice(first.length)}` : told;
  const version = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED'].includes(code)
    ? ['The server and this command may have different versions: see "cc-executor version".']
    : [];
  const key = code === 'UNAUTHENTICATED' ? ['Set CC_EXECUTOR_API_KEY to a key of the server.'] : [];
  return [[message, ...version, ...key].join(' '), ...faults, ...instructions].join('\n');
}
