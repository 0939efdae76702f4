import { backoff } from '@cc-executor/contracts/backoff';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@cc-executor/service-kit';
import { within } from '@cc-executor/service-kit/within';
import { describeExit, type Launched } from './launched.ts';

export interface SupervisedOptions<Details> {
  name: string;
  /** Starts it. `last`: what it reported when it was last ready. */
  launch: (last: Details | null) => Promise<Launched<Details>>;
  /** Shows a line to the user. */
  say: (line: string) => void;
  /** Called when its process changes. */
  onChange: () => void;
  /** The first restart delay, in milliseconds; it doubles. Default: 500. */
  firstBackoffMs?: number;
}

/** An end counts as one in a row if it ran for less than a minute. */
const STEADY_MS = 60_000;
/** The longest restart delay: the cause, such as a full disk or a lack of memory, may pass. */
const LONGEST_WAIT_MS = 30_000;
const HURRY_MS = 700;

/** A process that is restarted whenever it ends by itself, since nobody may be there to do it. */
export class Supervised<Details> {
  readonly #options: SupervisedOptions<Details>;
  readonly #stopping = new AbortController();
  #current: Launched<Details> | null = null;
  #details: Details | null = null;
  #launching: Promise<unknown> = Promise.resolve();
  #watching: Promise<void> = Promise.resolve();

  constructor(options: SupervisedOptions<Details>) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get pid(): number | null {
    return this.#current?.pid ?? null;
  }

  /** Its last report of being ready. */
  get details(): Details | null {
    return this.#details;
  }

  /** Starts it the first time, which must succeed. */
  async start(): Promise<Details> {
    const details = await this.#launch();
    this.#watching = this.#watch();
    return details;
  }

  /** Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#current?.stop();
    await this.#launching;
    await this.#watching;
  }

  /** Ends it in well under a second. */
  async hurry(): Promise<void> {
    this.#stopping.abort();
    this.#current?.hurry();
    if (this.#current !== null) await within(this.#current.exited, HURRY_MS, null);
    this.#current?.kill();
  }

  #launch(): Promise<Details> {
    const launching = this.#launchOnce();
    this.#launching = launching.catch(() => undefined);
    return launching;
  }

  async #launchOnce(): Promise<Details> {
    this.#current = await this.#options.launch(this.#details);
    this.#options.onChange();
    if (this.#isStopping()) this.#current.stop().catch(() => undefined);
    this.#details = await this.#current.ready;
    this.#options.onChange();
    return this.#details;
  }

  async #watch(): Promise<void> {
    const { name, say, firstBackoffMs = 500 } = this.#options;
    let failures = 0;
    let startedAt = performance.now();
    let why = await this.#end();
    while (!this.#isStopping()) {
      failures = performance.now() - startedAt > STEADY_MS ? 1 : failures + 1;
      const wait = backoff(failures, { first: firstBackoffMs, longest: LONGEST_WAIT_MS });
      const often = failures > 1 ? `, ${String(failures)} times in a row` : '';
      say(`${name} has ended (${why}${often}); it is started again in ${String(wait / 1000)} s.`);
      await delay(wait, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#isStopping()) return;
      startedAt = performance.now();
      why = await this.#launch().then(
        () => this.#runAgain(),
        (error: unknown) => messageOf(error),
      );
    }
  }

  async #runAgain(): Promise<string> {
    if (!this.#isStopping()) this.#options.say(`${this.name} runs again.`);
    return await this.#end();
  }

  async #end(): Promise<string> {
    return this.#current === null ? 'never started' : describeExit(await this.#current.exited);
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }
}
