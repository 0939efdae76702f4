/** Limits concurrent reads, with one for each id, so that their memory is bounded. */
export class ReadGate {
  readonly #atOnce: number;
  readonly #reading = new Set<string>();
  readonly #waiting: { id: string; begin: () => void }[] = [];

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  async run<T>(id: string, read: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ id, begin });
      this.#beginNext();
    });
    try {
      return await read();
    } finally {
      this.#reading.delete(id);
      this.#beginNext();
    }
  }

  #beginNext(): void {
    if (this.#reading.size >= this.#atOnce) return;
    const next = this.#waiting.findIndex(({ id }) => !this.#reading.has(id));
    const [waiting] = next === -1 ? [] : this.#waiting.splice(next, 1);
    if (!waiting) return;
    this.#reading.add(waiting.id);
    waiting.begin();
  }
}
