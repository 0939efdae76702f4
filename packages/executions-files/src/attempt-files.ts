import type { OutputAddress } from '@cc-executor/executions';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { attemptDirectory } from './paths.ts';

type Transcript = 'messages.jsonl' | 'amendment.jsonl' | 'validation.jsonl';
type FileName = OutputAddress['stream'] | Transcript;

/** What one attempt puts on disk: its outputs byte for byte, and the agent's messages. A file exists once written to. */
export class AttemptFiles {
  readonly bytes = { stdout: 0, stderr: 0 };
  readonly #directory: string;
  readonly #files = new Map<FileName, WriteStream>();
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

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => closed(file)));
  }

  #write(name: FileName, data: Buffer | string): Promise<void> | undefined {
    const file = this.#broken ? undefined : this.#open(name);
    if (!file || file.write(data)) return undefined;
    return new Promise((resolve) => {
      const done = () => {
        file.off('drain', done).off('close', done);
        resolve();
      };
      file.on('drain', done).on('close', done);
    });
  }

  #open(name: FileName): WriteStream | undefined {
    const open = this.#files.get(name);
    if (open) return open;
    try {
      mkdirSync(this.#directory, { recursive: true });
    } catch (error) {
      this.#fail(error as Error);
      return undefined;
    }
    const file = createWriteStream(join(this.#directory, name), { flags: 'a' });
    file.on('error', (error) => this.#fail(error));
    this.#files.set(name, file);
    return file;
  }

  #fail(error: Error): void {
    if (!this.#broken) this.#onError(error);
    this.#broken = true;
  }
}

async function closed(file: WriteStream): Promise<void> {
  if (file.closed) return;
  const done = once(file, 'close').catch(() => undefined);
  file.end();
  await done;
}
