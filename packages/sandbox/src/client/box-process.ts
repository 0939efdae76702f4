import {
  NotStartedError,
  type Exit,
  type LaunchedProcess,
  type LaunchSpec,
  type Started,
} from '@cc-executor/agents';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ALIVE_MS,
  Answer,
  FrameReader,
  frameOf,
  jsonFrame,
  type RunRequest,
  type Exited,
  type Order,
} from '../protocol/index.ts';
import { exchange, reach } from './exchange.ts';
import { exitOf } from './exit-of.ts';
import { Input } from './input.ts';

/** How long a launcher or an engine that is being restarted is waited for before an attempt fails. Milliseconds. */
export const PATIENCE_MS = 60_000;
const RETRY_MS = 500;

type Refused = Extract<Answer, { answer: 'refused' }>;

/** A process in a container: a connection to the launcher. When that ends, the launcher ends the container. */
export class BoxProcess implements LaunchedProcess {
  readonly started: Promise<Started>;
  readonly exited: Promise<Exit>;
  readonly stdin: Input | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly executionId: string;
  readonly #path: string;
  readonly #started = Promise.withResolvers<Started>();
  readonly #exited = Promise.withResolvers<Exit>();
  readonly #outputs: Readonly<Record<'stdout' | 'stderr', Readable>>;
  readonly #stopped = new AbortController();
  /** The callers that wait for the answers to orders, in their order. */
  readonly #orders: ((ok: boolean) => void)[] = [];
  readonly #patienceMs: number;
  #socket: Socket | undefined;
  #graceMs: number | undefined;
  #isPaused = false;

  constructor(path: string, spec: LaunchSpec, request: RunRequest, patienceMs: number) {
    this.#path = path;
    this.#patienceMs = patienceMs;
    this.executionId = request.execution_id;
    this.stdin = spec.stdin === 'pipe' ? new Input((frame) => this.#socket?.write(frame)) : null;
    // A reader that is full stops the whole connection, and with it the process.
    const read = () => {
      this.#socket?.resume();
    };
    this.#outputs = { stdout: new Readable({ read }), stderr: new Readable({ read }) };
    this.stdout = this.#outputs.stdout;
    this.stderr = this.#outputs.stderr;
    this.started = this.#started.promise;
    this.started.catch(() => undefined);
    this.exited = this.#exited.promise;
    this.#run(request).catch((error: unknown) => this.#never(error as Error));
  }

  async signal(signal: NodeJS.Signals): Promise<boolean> {
    return await this.#order({ signal });
  }

  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#order({ pause: true });
  }

  async resume(): Promise<void> {
    this.#isPaused = false;
    await this.#order({ pause: false });
  }

  async end(graceMs: number): Promise<readonly []> {
    if (graceMs < (this.#graceMs ?? Infinity)) {
      this.#graceMs = graceMs;
      this.#stopped.abort();
      this.#askToEnd(graceMs);
    }
    await this.exited;
    return [];
  }

  #askToEnd(graceMs: number): void {
    const order: Order = { end: Math.min(Math.round(graceMs), 600_000) };
    this.#socket?.write(jsonFrame('order', order));
  }

  async #run(request: RunRequest): Promise<void> {
    const until = performance.now() + this.#patienceMs;
    for (;;) {
      const over = await this.#try(request).catch((error: Error): Refused => ({
        answer: 'refused',
        reason: 'unavailable',
        message: `The launcher does not answer at ${this.#path}: ${error.message}.`,
      }));
      if (over?.answer === 'exit')
        return this.#over(
          exitOf(over, { wasEnded: this.#graceMs !== undefined, readOnly: request.read_only }),
        );
      if (over?.answer === 'refused') {
        const isLate = performance.now() >= until || this.#stopped.signal.aborted;
        if (over.reason !== 'unavailable' || isLate)
          return this.#never(new NotStartedError(over.message.replace(/\.$/, ''), null));
        await delay(RETRY_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
        continue;
      }
      // It was started, and the launcher is gone.
      await this.#ensureGone(request);
      const message = 'Its container was lost: the launcher ended while it ran.';
      return this.#over({
        code: null,
        signal: null,
        because: { outcome: 'worker_lost', message },
        note: null,
      });
    }
  }

  /** Returns the last answer; null if the connection ended without one when the process may have run. */
  async #try(request: RunRequest): Promise<Exited | Refused | null> {
    const socket = await reach(this.#path);
    let hasRun = false;
    let container = '';
    const beat = setInterval(() => socket.write(frameOf('alive')), ALIVE_MS);
    const end = Promise.withResolvers<Exited | Refused | null>();
    const frames = new FrameReader(['answer', 'stdout', 'stderr', 'credit']);
    const lose = () => {
      this.#started.resolve({ type: 'task.container', data: { container } });
      end.resolve(null);
    };
    const take = (answer: Answer) => {
      if (answer.answer === 'created') {
        hasRun = true;
        container = answer.container;
      } else if (answer.answer === 'started') {
        this.stdin?.open();
        // What was requested while there was no container.
        if (this.#graceMs !== undefined) this.#askToEnd(this.#graceMs);
        else if (this.#isPaused) this.pause().catch(() => undefined);
        this.#started.resolve({ type: 'task.container', data: { container: answer.container } });
      } else if (answer.answer === 'done') this.#orders.shift()?.(answer.ok);
      else if (answer.answer === 'refused' && answer.reason === 'unavailable' && hasRun) lose();
      else if (answer.answer === 'exit' || answer.answer === 'refused') end.resolve(answer);
    };
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const { kind, payload } of frames.take(chunk)) {
          if (kind === 'answer') take(Answer.parse(JSON.parse(payload.toString())));
          else if (kind === 'credit') this.stdin?.grant(payload.readUInt32BE(0));
          else if ((kind === 'stdout' || kind === 'stderr') && !this.#outputs[kind].push(payload))
            socket.pause();
        }
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    let fault: Error | undefined;
    socket.on('error', (error) => (fault = error));
    socket.on('close', () => {
      if (hasRun) lose();
      else end.reject(fault ?? new Error('it closed the connection'));
    });
    this.#socket = socket;
    try {
      socket.write(jsonFrame('request', request));
      return await end.promise;
    } finally {
      clearInterval(beat);
      socket.destroy();
      this.#socket = undefined;
      for (const done of this.#orders.splice(0)) done(false);
    }
  }

  /** An end is an end: the next launcher says when nothing of this attempt is left. */
  async #ensureGone({ execution_id, task, attempt, generation }: RunRequest): Promise<void> {
    for (;;) {
      const request = { do: 'end', execution_id, generation, attempt: { task, attempt } } as const;
      const answer = await exchange(this.#path, request).catch(() => null);
      if (answer?.answer === 'ended') return;
      await delay(RETRY_MS);
    }
  }

  async #order(order: Order): Promise<boolean> {
    const socket = this.#socket;
    if (socket?.writable !== true) return false;
    return await new Promise<boolean>((resolve) => {
      this.#orders.push(resolve);
      socket.write(jsonFrame('order', order));
    });
  }

  #never(error: Error): void {
    this.#started.reject(error);
    this.#over({ code: null, signal: null, because: null, note: null });
  }

  #over(exit: Exit): void {
    this.stdin?.close();
    for (const output of Object.values(this.#outputs)) output.push(null);
    this.#exited.resolve(exit);
  }
}
