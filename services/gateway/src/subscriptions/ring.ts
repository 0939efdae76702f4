import { Batch, type Item } from './batch.ts';

/** The most text that is kept for readers that are behind; who is farther behind reads the log. In characters. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** The same for all rings of a gateway together. */
const MAX_TOTAL_CHARACTERS = 32 * 1024 * 1024;
/** What a reader is given at a time: it may hold that for as long as its client does not read. In characters. */
const GIVEN_CHARACTERS = 512 * 1024;

/** How much text all rings of a gateway have; they share it. */
export interface RingRoom {
  characters: number;
}

/** The latest items of an execution: for readers that are a little behind. */
export class Ring {
  #items: Item[] = [];
  #characters = 0;
  readonly #room: RingRoom;

  constructor(room: RingRoom) {
    this.#room = room;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#count(charactersOf(item));
    let drop = 0;
    const isFull = () => this.#characters > MAX_CHARACTERS || this.#room.characters > MAX_TOTAL_CHARACTERS;
    while (isFull() && drop < this.#items.length) this.#count(-charactersOf(this.#items[drop++]));
    this.#items.splice(0, drop);
  }

  /** Some of what follows a position; null when what comes right after it is not here. */
  after(position: number): Item[] | null {
    const index = this.#items.findIndex(({ last }) => last > position);
    const first = this.#items[index];
    if (!first || first.first > position + 1) return null;
    const start = first instanceof Batch ? first.after(position) : first;
    let end = index + 1;
    for (let given = charactersOf(start); end < this.#items.length && given < GIVEN_CHARACTERS; end++)
      given += charactersOf(this.#items[end]);
    return [start, ...this.#items.slice(index + 1, end)];
  }

  /** Forgets what ends at or before a position. */
  dropUntil(position: number): void {
    const index = this.#items.findIndex(({ last }) => last > position);
    const drop = index === -1 ? this.#items.length : index;
    for (const item of this.#items.splice(0, drop)) this.#count(-charactersOf(item));
  }

  #count(characters: number): void {
    this.#characters += characters;
    this.#room.characters += characters;
  }
}

function charactersOf(item: Item | undefined): number {
  return item instanceof Batch ? item.characters : 0;
}
