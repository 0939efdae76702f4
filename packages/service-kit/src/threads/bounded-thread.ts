import { Worker } from 'node:worker_threads';
import type { Answer, Question } from './messages.ts';

/** What one call may cost; what costs more is ended, and its caller is told. */
export interface ThreadBounds {
  /** Milliseconds from when the call begins. */
  deadlineMs: number;
  memoryMb: number;
}

/** A thread without calls is ended after so long: it takes tens of megabytes. Milliseconds. */
const IDLE_MS = 10_000;

/** A call needed more time or memory than it may have; the message says which, as a sentence's end. */
export class BoundExceeded extends Error {}

type Functions = Record<string, (argument: never) => unknown>;

interface Call {
  question: Question;
  answered: PromiseWithResolvers<unknown>;
}

/**
 * Runs functions in a thread of its own, one call after the other: for work on data of others that may take too long or
 * too much memory. A call that exceeds its bounds costs the thread, and no other call. The thread is started by the first
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

  /** Rejects with what the function throws, as a plain Error, or with BoundExceeded. */
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
      // What can't be copied, or a thread that can't be started.
      this.#fail(error as Error);
    }
  }

  #start(): Worker {
    const { memoryMb } = this.#bounds;
    const worker = new Worker(this.#program, {
      // Nothing of the service's credentials.
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
