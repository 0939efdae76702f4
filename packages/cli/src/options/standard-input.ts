import { text } from 'node:stream/consumers';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** Returns what standard input has, without the end of its last line. Throws a CliError where there is nothing. */
export async function readStandardInput(): Promise<string> {
  const given = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (given.trim() === '') throw new CliError(EXIT.usage, 'Standard input has no prompt.');
  return given;
}
