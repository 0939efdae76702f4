import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError, EXIT } from './exit-codes.ts';

/** Copies the body of an answer to standard output. Throws when the server breaks off; our own end is told elsewhere. */
export async function copyToOutput({ body }: Response): Promise<void> {
  if (body === null) return;
  await pipeline(Readable.fromWeb(body), process.stdout, { end: false }).catch((error: Error) => {
    throw new CliError(EXIT.unreachable, `The server broke off (${error.message}).`);
  });
}
