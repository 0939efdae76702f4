import { Worker } from 'node:worker_threads';
import type { Answer, Question } from './messages.ts';

/** The limits of one call; a call that exceeds them is ended, and its caller receives an error. */
export interface ThreadBounds {
  /** Milliseconds from the start of the call. */
  deadlineMs: number;
  memoryMb: number;
}

/** An idle thread is ended after this time: it takes tens of megabytes. Milliseconds. */
const IDLE_MS = 10_000;

/** A call exceeded its time or memory; the message says which, as the end of a sentence. */
export class BoundExceeded extends Error {}

type Functions = Record<string, (argument: never) => unknown>;

interface Call {
  question: Question;
  answered: PromiseWithResolvers<unknown>;
}

/**
 * Runs functions in a separate thread, one call after the other: for work on untrusted data that may take too long or
 * too much memory. A call that exceeds its limits costs the thread, but no other call. The thread is started by the first
 * call and keeps no process alive between two. `program`: a file that calls `serveThread` with these functions.
 */
export class BoundedThread<F extends Functions> {
  readonly #program: string;
  readonly #bounds: ThreadBounds;
  readonly #queue: Call[] = [];
  #worker: Worker | undefined;
  #running: Call | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(program: string, bounds: ThreadBounds) {
    this.#program = program;
    this.#bounds = bounds;
  }

  /** Rejects with the function's error, as a plain Error, or with BoundExceeded. */
  async call<N extends keyof F & string>(
    name: N,
    argument: Parameters<F[N]>[0],
  ): Promise<Awaited<ReturnType<F[N]>>> {
    const answered = Promise.withResolvers<unknown>();
    this.#queue.push({ question: { name, argument }, answered });
    this.#next();
    return (await answered.promise) as Awaited<ReturnType<F[N]>>;
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const call = this.#queue.shift();
    clearTimeout(this.#timer);
    if (call === undefined) {
      this.#worker?.unref();
      this.#timer = setTimeout(() => this.#drop(), IDLE_MS).unref();
      return;
    }
    this.#running = call;
    const { deadlineMs } = this.#bounds;
    const seconds = `${String(deadlineMs / 1000)} seconds`;
    this.#timer = setTimeout(() => this.#fail(new BoundExceeded(`it took more than ${seconds}`)), deadlineMs);
    try {
      this.#worker ??= this.#start();
      this.#worker.ref();
      this.#worker.postMessage(call.question);
    } catch (error) {
      // The arguments cannot be copied, or the thread cannot be started.
      this.#fail(error as Error);
    }
  }

  #start(): Worker {
    const { memoryMb } = this.#bounds;
    const worker = new Worker(this.#program, {
      // Without the service's credentials.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32 },
    });
    const ifCurrent = (act: () => void) => {
      if (this.#worker === worker) act();
    };
    worker.on('message', (answer: Answer) => ifCurrent(() => this.#take(answer)));
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      const why = `it needed more than ${String(memoryMb)} MB of memory`;
      ifCurrent(() => this.#fail(isMemory ? new BoundExceeded(why) : error));
    });
    worker.on('exit', () => ifCurrent(() => this.#fail(new Error('its thread has ended'))));
    return worker;
  }

  #take(answer: Answer): void {
    const call = this.#running;
    this.#running = undefined;
    if ('fault' in answer) call?.answered.reject(new Error(answer.fault));
    else call?.answered.resolve(answer.value);
    this.#next();
  }

  #fail(error: Error): void {
    const call = this.#running;
    this.#running = undefined;
    this.#drop();
    call?.answered.reject(error);
    this.#next();
  }

  #drop(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.terminate().catch(() => undefined);
  }
}
