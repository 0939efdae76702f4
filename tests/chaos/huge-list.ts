import { setTimeout as delay } from 'node:timers/promises';
import { submitTasks } from './lists.ts';
import { HEAP_MIB, persist } from './services.ts';

const MIB = 1024 * 1024;
const TASKS = 4;
/** What each of its tasks prints: the log of all is twice as large as the heap of a service. Bytes. */
export const HUGE_OUTPUT = Math.ceil((2 * HEAP_MIB) / TASKS) * MIB;
const READERS = 3;
/** How long it may take from its submission until it is removed, while everything is killed around it. Milliseconds. */
const MOST_MS = 240_000;

/** A list whose log does not fit the heap of any service, and what is done with it. */
export class HugeList {
  readonly #api: string;
  readonly #id: string;
  /** Resolves when it has ended, with what was wrong. */
  readonly ended: Promise<string[]>;

  constructor(api: string, id: string) {
    this.#api = api;
    this.#id = id;
    this.ended = this.#follow();
  }

  /** Resolves when it has been removed, with what was wrong: it was too old, and its log went with it. */
  async removed(): Promise<string[]> {
    return (await this.#waitFor(({ status }) => status === 404)) ? [] : [`${this.#id}: it was not removed`];
  }

  /** Reads its log by several at once, again and again, from its end to where it lies in the archive. */
  async #follow(): Promise<string[]> {
    const line = 'x'.repeat(1023);
    const command = `yes ${line} | head -c ${String(HUGE_OUTPUT)}`;
    await submitTasks(
      this.#api,
      this.#id,
      Array.from({ length: TASKS }, () => ({ command })),
    );
    const hasEnded = await this.#waitFor(
      async (response) =>
        response.status === 404 || /"status":"(completed|failed)"/.test(await response.text()),
    );
    if (!hasEnded) return [`${this.#id}: it did not end`];
    const sizes = await Promise.all(Array.from({ length: READERS }, () => this.#read()));
    const whole = TASKS * HUGE_OUTPUT;
    // A reader that a service's end has cut off has not seen all; one that came too late has seen nothing.
    const short = sizes.filter((size) => size !== null && size < whole);
    return short.map(
      (size) => `${this.#id}: a reader had ${String(size)} of more than ${String(whole)} bytes`,
    );
  }

  /** The bytes of its log; null: it was not read to its end, or is removed already. */
  async #read(): Promise<number | null> {
    try {
      const response = await persist(`${this.#api}/executions/${this.#id}/events`);
      if (!response.ok) return null;
      let bytes = 0;
      for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).length;
      return bytes;
    } catch {
      return null;
    }
  }

  async #waitFor(isIt: (response: Response) => boolean | Promise<boolean>): Promise<boolean> {
    for (const deadline = performance.now() + MOST_MS; performance.now() < deadline; await delay(500))
      if (await isIt(await persist(`${this.#api}/executions/${this.#id}/status`))) return true;
    return false;
  }
}
