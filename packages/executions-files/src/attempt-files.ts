import type { KeptFile } from '@cc-executor/contracts';
import { hashFile, replacePlain } from '@cc-executor/evidence';
import type { OutputAddress } from '@cc-executor/executions';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HashedFile } from './hashed-file.ts';
import { attemptDirectory } from './paths.ts';

type Transcript =
  | 'messages.jsonl'
  | 'amendment.jsonl'
  | 'validation.jsonl'
  | 'fixes.jsonl'
  | 'resolution.jsonl'
  | 'review.jsonl';
/** The output of a check, by its number in the attempt. */
export type CheckFile = `check-${number}.txt`;
type FileName = OutputAddress['stream'] | Transcript | CheckFile;

/** The files of one attempt: its outputs byte for byte, and the agent's messages. A file is created by the first write. */
export class AttemptFiles {
  readonly bytes = { stdout: 0, stderr: 0 };
  readonly #directory: string;
  readonly #files = new Map<FileName, HashedFile>();
  readonly #onError: (error: Error) => void;
  #broken = false;

  /** `onError` is called once when a write fails; later output is counted but not kept. */
  constructor(
    dataDirectory: string,
    address: Omit<OutputAddress, 'stream'>,
    onError: (error: Error) => void,
  ) {
    this.#directory = attemptDirectory(dataDirectory, address);
    this.#onError = onError;
  }

  /** While a returned promise is pending, the caller must not write. */
  write(stream: 'stdout' | 'stderr', chunk: Buffer): Promise<void> | undefined {
    this.bytes[stream] += chunk.length;
    return this.#write(stream, chunk);
  }

  /** Writes a prompt's final answer. */
  result(text: string): Promise<void> | undefined {
    return this.#write('result', text);
  }

  /** Adds one message, a line of JSON. */
  message(json: string, transcript: Transcript = 'messages.jsonl'): Promise<void> | undefined {
    return this.#write(transcript, `${json}\n`);
  }

  /** Writes the output of a check, which is not output of the task. */
  check(file: CheckFile, chunk: Buffer): Promise<void> | undefined {
    return this.#write(file, chunk);
  }

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.close()));
  }

  /** Returns the written files by name; call it after closing. If the disk has more or less, the disk counts. */
  async kept(): Promise<KeptFile[]> {
    const kept = await Promise.all(
      [...this.#files].map(async ([name, file]) => {
        const written = (await file.isAsWritten())
          ? file.written
          : await hashFile(file.path).catch(() => null);
        return written ? [{ name, ...written }] : [];
      }),
    );
    return kept.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Writes a small file as a whole. Throws if the write fails. */
  put(name: string, text: string): void {
    mkdirSync(this.#directory, { recursive: true });
    replacePlain(join(this.#directory, name), text);
  }

  #write(name: FileName, data: Buffer | string): Promise<void> | undefined {
    return this.#broken ? undefined : this.#open(name)?.write(data);
  }

  #open(name: FileName): HashedFile | undefined {
    const open = this.#files.get(name);
    if (open) return open;
    try {
      mkdirSync(this.#directory, { recursive: true });
      const file = new HashedFile(join(this.#directory, name), (error) => this.#fail(error));
      this.#files.set(name, file);
      return file;
    } catch (error) {
      this.#fail(error as Error);
      return undefined;
    }
  }

  #fail(error: Error): void {
    if (!this.#broken) this.#onError(error);
    this.#broken = true;
  }
}
