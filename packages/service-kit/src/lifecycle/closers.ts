interface Closer {
  name: string;
  close: () => unknown;
}

/** Records what was opened, to close it in reverse order. */
export class Closers {
  readonly #open: Closer[] = [];

  add(name: string, close: () => unknown): void {
    this.#open.push({ name, close });
  }

  /** Returns the names of what is not closed yet. */
  get names(): string[] {
    return this.#open.map((closer) => closer.name);
  }

  /** Closes one after the other, each even if the previous one failed. Returns the failures. Never rejects. */
  async closeAll(): Promise<Error[]> {
    const faults: Error[] = [];
    for (let closer = this.#open.at(-1); closer !== undefined; closer = this.#open.at(-1)) {
      try {
        await closer.close();
      } catch (error) {
        faults.push(new Error(`closing ${closer.name} failed: ${messageOf(error)}`, { cause: error }));
      }
      this.#open.splice(this.#open.indexOf(closer), 1);
    }
    return faults;
  }
}

/** Returns the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
