import { Readable } from 'node:stream';
import { contentWriter } from './terminal.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** Prints the body of a response as it arrives. Throws if the server breaks off; our own end is reported elsewhere. */
export async function printBody({ body }: Response, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
  if (body === null) return;
  const write = contentWriter(stream);
  try {
    for await (const chunk of Readable.fromWeb(body)) await write(chunk as Uint8Array);
  } catch (error) {
    throw new CliError(EXIT.unreachable, `The server broke off (${(error as Error).message}).`);
  }
}
