import { Batch, type Item } from './batch.ts';

/** The largest text that is kept for readers that are behind; a reader farther behind reads the log. In characters. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** The limit for all rings of a gateway together. */
const MAX_TOTAL_CHARACTERS = 32 * 1024 * 1024;
/** The largest text that a reader receives at once: it may hold it as long as its client does not read. In characters. */
const GIVEN_CHARACTERS = 512 * 1024;

/** The text in all rings of a gateway, which share it. */
export interface RingRoom {
  characters: number;
}

/** The latest items of an execution, for readers that are slightly behind. */
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

  /** Returns items after a position; null if the next one is not here. */
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

  /** Drops items that end at or before a position. */
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
