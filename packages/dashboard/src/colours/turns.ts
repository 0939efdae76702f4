/** A thread that works on one request at a time. */
export interface Thread<Request> {
  post: (request: Request) => void;
  /** Ends it at once, also in the middle of a request. */
  end: () => void;
}

/** The messages of a thread. */
interface Hears<Answer> {
  answer: (answer: Answer) => void;
  /** It could not be started. */
  failed: () => void;
}

interface TurnsOptions<Request, Answer> {
  /** Starts a thread; null: that is not possible here. */
  start: (hears: Hears<Answer>) => Thread<Request> | null;
  /** The time for each request from the beginning of its turn, in milliseconds. */
  patienceMs: number;
}

/**
 * Has one thread work on requests in turn. A request that takes too long ends the thread and gets nothing; those that wait
 * for their turn get theirs in the next thread.
 */
export class Turns<Request, Answer> {
  readonly #options: TurnsOptions<Request, Answer>;
  /** The first one is that whose turn it is. */
  readonly #waiting: { request: Request; settle: (answer: Answer | null) => void }[] = [];
  #thread: Thread<Request> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TurnsOptions<Request, Answer>) {
    this.#options = options;
  }

  /** Resolves with the answer; null: it took too long, or there is no thread. Never rejects. */
  async ask(request: Request): Promise<Answer | null> {
    return await new Promise((settle) => {
      this.#waiting.push({ request, settle });
      if (this.#waiting.length === 1) this.#next();
    });
  }

  #next(): void {
    const [first] = this.#waiting;
    if (!first) return;
    this.#thread ??= this.#begin();
    if (this.#thread === null) {
      this.#giveUp();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#end();
      this.#settle(null);
    }, this.#options.patienceMs);
    this.#thread.post(first.request);
  }

  #begin(): Thread<Request> | null {
    const isCurrent = () => thread !== null && this.#thread === thread;
    const thread = this.#options.start({
      answer: (answer) => {
        if (isCurrent()) this.#settle(answer);
      },
      failed: () => {
        if (isCurrent()) this.#giveUp();
      },
    });
    return thread;
  }

  #settle(answer: Answer | null): void {
    clearTimeout(this.#timer);
    this.#waiting.shift()?.settle(answer);
    this.#next();
  }

  /** Without a thread nobody gets anything; the next request tries again. */
  #giveUp(): void {
    clearTimeout(this.#timer);
    this.#end();
    for (const { settle } of this.#waiting.splice(0)) settle(null);
  }

  #end(): void {
    this.#thread?.end();
    this.#thread = null;
  }
}
