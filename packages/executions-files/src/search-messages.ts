import type { FoundText, TextSearch } from '@cc-executor/executions';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { foldAscii } from './search-output.ts';
import { spokenIn } from './spoken.ts';

/** Bytes that are read at a time. */
const CHUNK = 1024 * 1024;
/** A longer message is not parsed: all of its bytes are searched, also what is not text. */
const PARSED_BYTES = 1024 * 1024;
/** The number of bytes that are parsed without a turn for others. */
const BYTES_A_TURN = 256 * 1024;
/** Characters of a line that are shown before and after what was found. */
const BEFORE = 120;
const AFTER = 280;
const NEWLINE = 10;

/**
 * Searches the messages of an attempt, a line of JSON each, for a text in what was said: texts, thinking, and tool calls with
 * their results. A hit has the number of its message as its line, and the byte at which that begins. Takes flat memory;
 * others have their turn meanwhile. Stops when the signal aborts, or after `most` bytes.
 */
export async function searchMessages(file: FileHandle, search: TextSearch): Promise<FoundText> {
  const { from, most, signal } = search;
  const messages = new Messages(search);
  // A search that begins inside of a message begins with the next one.
  let isInside = from > 0 && !(await isAtLineStart(file, from));
  let carried = Buffer.alloc(0);
  let next = from;
  /** Where the message begins that is too long to be parsed, and is searched as it is read; null: it is none. */
  let long: number | null = null;
  while (messages.found.bytes < most) {
    if (signal?.aborted === true) break;
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, next);
    if (bytesRead === 0) break;
    const start = next - carried.length;
    next += bytesRead;
    messages.found.bytes += bytesRead;
    const bytes = Buffer.concat([carried, buffer.subarray(0, bytesRead)]);
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, at)) {
      const part = bytes.subarray(at, end);
      if (long !== null) await messages.takeRaw(part, long);
      else if (!isInside) await messages.take(part, start + at);
      messages.next();
      long = null;
      isInside = false;
      at = end + 1;
    }
    carried = isInside ? Buffer.alloc(0) : bytes.subarray(at);
    if (carried.length <= PARSED_BYTES) continue;
    // The rest of a message that is too long is searched up to its end, with what it shares with the part before.
    long ??= start + at;
    await messages.takeRaw(carried, long);
    carried = carried.subarray(carried.length - messages.overlap);
  }
  if (long !== null) await messages.takeRaw(carried, long);
  else if (carried.length > 0) await messages.take(carried, next - carried.length);
  return messages.found;
}

async function isAtLineStart(file: FileHandle, from: number): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, from - 1);
  return bytesRead === 1 && buffer[0] === NEWLINE;
}

class Messages {
  readonly found: FoundText = { count: 0, bytes: 0, hits: [] };
  readonly #search: TextSearch;
  readonly #text: string;
  /** The text as it stands in JSON, for messages that need not be parsed. */
  readonly #escaped: Buffer;
  #line = 1;
  #sinceTurn = 0;

  constructor(search: TextSearch) {
    this.#search = search;
    this.#text = search.matchCase ? search.text : foldText(search.text);
    const escaped = Buffer.from(JSON.stringify(search.text).slice(1, -1));
    this.#escaped = search.matchCase ? escaped : foldAscii(escaped);
  }

  /** A hit may begin in one part of a long message and end in the next one. */
  get overlap(): number {
    return this.#escaped.length - 1;
  }

  next(): void {
    this.#line += 1;
  }

  /** Takes one message; `at`: the byte at which it begins. */
  async take(line: Buffer, at: number): Promise<void> {
    if (line.length > PARSED_BYTES) return await this.takeRaw(line, at);
    if (!this.#mayHave(line)) return await this.#turn(line.length);
    for (const text of spokenIn(line.toString())) this.#find(text, at);
    await this.#turn(line.length * 4);
  }

  /** Takes a part of a message that is too long to be parsed. */
  async takeRaw(part: Buffer, at: number): Promise<void> {
    // Each byte is a character, so that parts that are cut inside of one are as long as they were.
    this.#find(part.toString('latin1'), at, this.#escaped.toString('latin1'), utf8Of);
    await this.#turn(part.length);
  }

  #mayHave(line: Buffer): boolean {
    const folded = this.#search.matchCase ? line : foldAscii(Buffer.from(line));
    return folded.includes(this.#escaped) || line.includes('\\u');
  }

  #find(text: string, at: number, wanted = this.#text, shown = (part: string) => part.toWellFormed()): void {
    const searched = this.#search.matchCase ? text : foldText(text);
    for (
      let hit = searched.indexOf(wanted);
      hit !== -1;
      hit = searched.indexOf(wanted, hit + wanted.length)
    ) {
      this.found.count += 1;
      if (this.found.count > this.#search.skip && this.found.hits.length < this.#search.limit)
        this.found.hits.push({ ...this.#place(at), ...excerpt(text, hit, wanted.length, shown) });
    }
  }

  /** Numbers of messages are known only from the beginning on. */
  #place(at: number) {
    return { at, line: this.#search.from === 0 ? this.#line : null, line_at: at };
  }

  async #turn(bytes: number): Promise<void> {
    this.#sinceTurn += bytes;
    if (this.#sinceTurn < BYTES_A_TURN) return;
    this.#sinceTurn = 0;
    await setImmediate();
  }
}

function utf8Of(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString();
}

function excerpt(text: string, hit: number, length: number, shown: (part: string) => string) {
  const before = text.slice(Math.max(0, hit - BEFORE), hit);
  const end = hit + length;
  const [after = ''] = text.slice(end, end + AFTER).split('\n', 1);
  return {
    before: shown(before.slice(before.lastIndexOf('\n') + 1)),
    match: shown(text.slice(hit, end)),
    after: shown(after),
  };
}

/** Makes the capital letters of ASCII small; the length stays. */
function foldText(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
