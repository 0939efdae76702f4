import { CcError } from '@cc-executor/contracts';
import { openPlain } from '@cc-executor/evidence';
import type { OutputAddress, OutputReader, OutputStart } from '@cc-executor/executions';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { outputPath } from './paths.ts';

/** Reads what attempts wrote. */
export class FileOutputReader implements OutputReader {
  readonly #dataDirectory: string;

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  async start(address: OutputAddress, limit: number): Promise<OutputStart> {
    const file = await this.#open(address);
    if (!file) return { text: '', totalBytes: 0 };
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.min(limit, size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      const decoder = new StringDecoder('utf8');
      const text = decoder.write(buffer.subarray(0, bytesRead));
      // A character that the limit cut is left out; one that the file itself lacks the rest of is shown as such.
      return { text: size > limit ? text : text + decoder.end(), totalBytes: size };
    } finally {
      await file.close();
    }
  }

  /** Where the file is; it exists once something was written. */
  path(address: OutputAddress): string {
    return outputPath(this.#dataDirectory, address);
  }

  /** The size in bytes; 0 when nothing was written. */
  async size(address: OutputAddress): Promise<number> {
    const file = await this.#open(address);
    if (!file) return 0;
    try {
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  }

  /** The bytes from `start` to `end`, both included. Throws OUTPUT_NOT_FOUND when there is no such file. */
  async read(address: OutputAddress, start: number, end: number): Promise<Readable> {
    const file = await this.#open(address);
    if (!file)
      throw new CcError('OUTPUT_NOT_FOUND', `Attempt ${String(address.attempt)} wrote no ${address.stream}.`);
    return file.createReadStream({ start, end });
  }

  async #open(address: OutputAddress): Promise<FileHandle | null> {
    return await openPlain(outputPath(this.#dataDirectory, address));
  }
}
