import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** Prints the body of an answer as it comes. Throws when the server breaks off; our own end is told elsewhere. */
export async function printBody({ body }: Response): Promise<void> {
  if (body === null) return;
  await pipeline(Readable.fromWeb(body), process.stdout, { end: false }).catch((error: Error) => {
    throw new CliError(EXIT.unreachable, `The server broke off (${error.message}).`);
  });
}
