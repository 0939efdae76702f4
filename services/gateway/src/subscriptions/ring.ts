import { Batch, type Item } from './batch.ts';

/** The most text that is kept for readers that are behind; who is farther behind reads the log. In characters. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** What a reader is given at a time: it may hold that for as long as its client does not read. In characters. */
const GIVEN_CHARACTERS = 512 * 1024;

/** The latest items of an execution: for readers that are a little behind. */
export class Ring {
  #items: Item[] = [];
  #characters = 0;

  push(item: Item): void {
    this.#items.push(item);
    this.#characters += charactersOf(item);
    let drop = 0;
    while (this.#characters > MAX_CHARACTERS && drop < this.#items.length - 1)
      this.#characters -= charactersOf(this.#items[drop++]);
    if (drop > 0) this.#items.splice(0, drop);
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
    if (drop === 0) return;
    for (const item of this.#items.splice(0, drop)) this.#characters -= charactersOf(item);
  }
}

function charactersOf(item: Item | undefined): number {
  return item instanceof Batch ? item.characters : 0;
}
