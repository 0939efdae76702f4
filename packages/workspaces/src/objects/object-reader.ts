import { outcomeOf, type Git, type GitProcess } from '../git/git.ts';
import { SnapshotError } from '../snapshot-error.ts';
import { parseTree, type TreeEntries } from './tree.ts';

const LINE_END = 0x0a;

interface Question {
  hasContent: boolean;
  /** Called once before the content, then with each piece of it. An error in one is the answer's. */
  sink: ((piece: Buffer) => void) | null;
  answer: (header: ObjectHeader) => void;
  fail: (error: Error) => void;
}

interface ObjectHeader {
  type: string;
  /** Of the content, in bytes. */
  size: number;
}

/** Reads objects through one git process, which answers in the order of the questions. Close it. */
export class ObjectReader {
  readonly #git: Git;
  readonly #child: GitProcess;
  readonly #ended: Promise<unknown>;
  readonly #questions: Question[] = [];
  #isClosed = false;

  constructor(git: Git) {
    this.#git = git;
    this.#child = git.start(['cat-file', '--batch-command']);
    this.#ended = this.#serve();
  }

  /** Returns type and size of an object. Rejects with a SnapshotError when it is missing. */
  async header(id: string): Promise<ObjectHeader> {
    return await this.#ask(id, null, false);
  }

  /** Returns the entries of a tree. Rejects with a SnapshotError when it is missing or no tree. */
  async tree(id: string): Promise<TreeEntries> {
    const pieces: Buffer[] = [];
    const { type } = await this.#ask(id, (piece) => pieces.push(Buffer.from(piece)), true);
    if (type !== 'tree') throw new SnapshotError('damaged', `The object ${id} is a ${type}, not a tree.`);
    return parseTree(Buffer.concat(pieces));
  }

  /** Returns the content of a blob, which should be small. Rejects with a SnapshotError when it is missing. */
  async blob(id: string): Promise<Buffer> {
    const pieces: Buffer[] = [];
    await this.#ask(id, (piece) => pieces.push(Buffer.from(piece)), true);
    return Buffer.concat(pieces);
  }

  /**
   * Hands the content of an object to `sink`, first an empty piece, then as it comes. A piece is only valid during the
   * call. Rejects with what the sink throws, or with a SnapshotError when the object is missing.
   */
  async pour(id: string, sink: (piece: Buffer) => void): Promise<void> {
    await this.#ask(id, sink, true);
  }

  /** True if it answers nothing any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#child.stdin.end();
    this.#child.kill('SIGKILL');
    await this.#ended.catch(() => undefined);
  }

  async #ask(id: string, sink: Question['sink'], hasContent: boolean): Promise<ObjectHeader> {
    return await new Promise((answer, fail) => {
      this.#questions.push({ hasContent, sink, answer, fail });
      if (this.#isClosed) this.#fail(this.#git.failure('git has ended.'));
      else this.#child.stdin.write(`${hasContent ? 'contents' : 'info'} ${id}\n`);
    });
  }

  async #serve(): Promise<void> {
    const ended = outcomeOf(this.#child);
    ended.catch(() => undefined);
    try {
      await this.#parse();
      const { message } = await ended;
      throw this.#git.failure(`git cat-file ended: ${message}`);
    } catch (error) {
      this.#isClosed = true;
      this.#child.kill('SIGKILL');
      this.#fail(error as Error);
      await ended.catch(() => undefined);
    }
  }

  #fail(error: Error): void {
    for (const { fail } of this.#questions.splice(0)) fail(error);
  }

  async #parse(): Promise<void> {
    let line: Buffer[] = [];
    let header: ObjectHeader | null = null;
    let left = 0;
    let failure: Error | null = null;
    const done = () => {
      const question = this.#questions.shift();
      if (failure) question?.fail(failure);
      else if (header) question?.answer(header);
      header = null;
      failure = null;
    };
    const give = (piece: Buffer) => {
      if (failure) return;
      try {
        this.#questions[0]?.sink?.(piece);
      } catch (error) {
        failure = error as Error;
      }
    };
    for await (const chunk of this.#child.stdout as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length;) {
        if (header) {
          const piece = chunk.subarray(at, at + left);
          // The last byte is the end of the line after the content.
          const content = piece.length === left ? piece.subarray(0, -1) : piece;
          if (content.length > 0) give(content);
          at += piece.length;
          left -= piece.length;
          if (left === 0) done();
          continue;
        }
        const end = chunk.indexOf(LINE_END, at);
        line.push(chunk.subarray(at, end === -1 ? chunk.length : end));
        at = end === -1 ? chunk.length : end + 1;
        if (end === -1) continue;
        const text = Buffer.concat(line).toString('latin1');
        line = [];
        const [id = '', type = '', size] = text.split(' ');
        if (size === undefined) {
          failure = new SnapshotError('damaged', `The object ${id} is not in the store.`);
          done();
          continue;
        }
        header = { type, size: Number(size) };
        left = header.size + 1;
        if (this.#questions[0]?.hasContent === true) give(chunk.subarray(0, 0));
        else done();
      }
    }
  }
}
