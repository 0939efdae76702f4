import type { KeptFile } from '@cc-executor/contracts';
import { hashFile, replacePlain } from '@cc-executor/evidence';
import type { OutputAddress } from '@cc-executor/executions';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HashedFile } from './hashed-file.ts';
import { attemptDirectory } from './paths.ts';

type Transcript = 'messages.jsonl' | 'amendment.jsonl' | 'validation.jsonl' | 'fixes.jsonl' | 'review.jsonl';
/** What a check printed, by its number in the attempt. */
export type CheckFile = `check-${number}.txt`;
type FileName = OutputAddress['stream'] | Transcript | CheckFile;

/** What one attempt puts on disk: its outputs byte for byte, and the agent's messages. A file exists once written to. */
export class AttemptFiles {
  readonly bytes = { stdout: 0, stderr: 0 };
  readonly #directory: string;
  readonly #files = new Map<FileName, HashedFile>();
  readonly #onError: (error: Error) => void;
  #broken = false;

  /** `onError` is called once when the disk refuses; what comes after is counted but not kept. */
  constructor(
    dataDirectory: string,
    address: Omit<OutputAddress, 'stream'>,
    onError: (error: Error) => void,
  ) {
    this.#directory = attemptDirectory(dataDirectory, address);
    this.#onError = onError;
  }

  /** A returned promise asks to write no more until it settles. */
  write(stream: 'stdout' | 'stderr', chunk: Buffer): Promise<void> | undefined {
    this.bytes[stream] += chunk.length;
    return this.#write(stream, chunk);
  }

  /** Keeps a prompt's final answer. */
  result(text: string): Promise<void> | undefined {
    return this.#write('result', text);
  }

  /** Adds one message, a line of JSON. */
  message(json: string, transcript: Transcript = 'messages.jsonl'): Promise<void> | undefined {
    return this.#write(transcript, `${json}\n`);
  }

  /** Keeps what a check printed; it is no output of the task. */
  check(file: CheckFile, chunk: Buffer): Promise<void> | undefined {
    return this.#write(file, chunk);
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.close()));
  }

  /** What was written, by name, when it is closed. What is on the disk counts, where that is more or less. */
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

  /** Writes a small whole file. Throws when the disk refuses. */
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
