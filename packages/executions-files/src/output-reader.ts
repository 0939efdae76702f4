import { CcError } from '@cc-executor/contracts';
import { openPlain } from '@cc-executor/evidence';
import type {
  FoundText,
  OutputAddress,
  OutputReader,
  OutputStart,
  SearchedPlace,
  TextSearch,
  TextSearcher,
} from '@cc-executor/executions';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { join } from 'node:path';
import { attemptDirectory, outputPath } from './paths.ts';
import { searchMessages } from './search-messages.ts';
import { searchFile } from './search-output.ts';

/** Reads the outputs of attempts. */
export class FileOutputReader implements OutputReader, TextSearcher {
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
      // A character that the limit cuts is left out; one that is incomplete in the file is shown as invalid.
      return { text: size > limit ? text : text + decoder.end(), totalBytes: size };
    } finally {
      await file.close();
    }
  }

  async tail(address: OutputAddress, limit: number): Promise<string | null> {
    const file = await this.#open(address);
    if (!file) return null;
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - limit);
      const buffer = Buffer.alloc(size - start);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
      const bytes = buffer.subarray(0, bytesRead);
      // The rest of a character that the limit cut: bytes 10xxxxxx, at most three of them.
      const whole = start === 0 ? 0 : bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80);
      return bytes.subarray(Math.max(0, whole)).toString();
    } finally {
      await file.close();
    }
  }

  /** Returns the path of the file; it exists after the first write. */
  path(address: OutputAddress): string {
    return outputPath(this.#dataDirectory, address);
  }

  /** Returns the size in bytes; 0 if nothing was written. */
  async size(address: OutputAddress): Promise<number> {
    const file = await this.#open(address);
    if (!file) return 0;
    try {
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  }

  /** Returns the bytes from `start` to `end`, both included. Throws OUTPUT_NOT_FOUND if there is no such file. */
  async read(address: OutputAddress, start: number, end: number): Promise<Readable> {
    const file = await this.#open(address);
    if (!file)
      throw new CcError('OUTPUT_NOT_FOUND', `Attempt ${String(address.attempt)} wrote no ${address.stream}.`);
    return file.createReadStream({ start, end });
  }

  async search({ stream, ...address }: SearchedPlace, search: TextSearch): Promise<FoundText> {
    const file =
      stream === 'messages'
        ? await openPlain(join(attemptDirectory(this.#dataDirectory, address), 'messages.jsonl'))
        : await this.#open({ ...address, stream });
    if (!file) return { count: 0, bytes: 0, hits: [] };
    try {
      return await (stream === 'messages' ? searchMessages(file, search) : searchFile(file, search));
    } finally {
      await file.close();
    }
  }

  async #open(address: OutputAddress): Promise<FileHandle | null> {
    return await openPlain(outputPath(this.#dataDirectory, address));
  }
}
