import { INSIDE, type Exited, type RunRequest } from '@cc-executor/sandbox/protocol';
import type { Logger } from '@cc-executor/service-kit';
import { within } from '@cc-executor/service-kit/within';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Demux } from '../engine/demux.ts';
import { isStatus, type Engine } from '../engine/engine.ts';
import { Arrivals } from './arrivals.ts';
import { containerOptions, type Resolved } from './container-options.ts';
import { Freezer } from './freezer.ts';
import { Output, type OutputReceiver } from './output.ts';
import { Refusal } from './refusal.ts';
import type { WaitingBox } from './waiting-box.ts';

/** How long the engine may take to report an exit after the end of the output. Milliseconds. */
const EXIT_MS = 1000;
/** The same when the container has ended: after this, the engine is not the one that was asked. Milliseconds. */
const LATE_EXIT_MS = 5000;
/** How often the engine is asked about a container of which nothing else is heard. Milliseconds. */
const ASK_MS = 500;
/** The exit codes of the engine's init for a program that is not for this machine, that it cannot run, or does not find. */
const NOT_RUN: ReadonlySet<number | string> = new Set([1, 126, 127]);
/** How all that it writes then begins, with the number of its process in between. */
const INIT_FAILED = /^\[FATAL tini \(\d{1,9}\)\] exec /;
/** The loader's message for the program that connects a container to other hosts. */
const NOT_LOADED = /^\/opt\/cc-executor\/node: error while loading shared libraries: ([\w.+-]{1,100}):/;
/** A longer output is the program's own. */
const MOST_INIT_BYTES = 8192;

/** Receives what happens to a box, with the id of its container. */
export interface ContainerListener {
  created: (id: string) => void;
  started: (id: string) => void;
}

interface BoxPorts {
  engine: Engine;
  logger: Logger;
  /** Throws a Refusal if what was mounted is not what was checked. `pid`: as the engine numbers its process; 0: it has ended. */
  checkAgain: (pid: number) => Promise<void>;
  /** One that was started ahead and fits the request; null: it is created now. */
  ahead: WaitingBox | null;
}

/** One process in its own container, from its creation to the proof that none of it is left. */
export class TaskContainer {
  readonly request: RunRequest;
  /** Resolves when the container is removed, or was never made. Never rejects. */
  readonly gone: Promise<void>;
  readonly #engine: Engine;
  readonly #resolved: Resolved;
  readonly #logger: Logger;
  readonly #checkAgain: BoxPorts['checkAgain'];
  readonly #ahead: WaitingBox | null;
  readonly #gone = Promise.withResolvers<void>();
  readonly #freezer = new Freezer(async (frozen) => await this.#freeze(frozen));
  readonly #exited = Promise.withResolvers<void>();
  /** Resolves when there is a stream, or there will be none. */
  readonly #attached = Promise.withResolvers<void>();
  #isKilling = false;
  #output: Output | undefined;
  readonly #arrivals = new Arrivals();
  #id: string | undefined;
  #stream: Duplex | undefined;
  #deadline = Infinity;
  #ending: Promise<void> | undefined;
  #isStarted = false;
  /** The start of its output. */
  #first: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(request: RunRequest, resolved: Resolved, { engine, logger, checkAgain, ahead }: BoxPorts) {
    this.request = request;
    this.#resolved = resolved;
    this.#engine = engine;
    this.#logger = logger;
    this.#checkAgain = checkAgain;
    this.#ahead = ahead;
    this.gone = this.#gone.promise;
  }

  get id(): string | undefined {
    return this.#id;
  }

  /** Whether its process has ended; its container may not be removed yet. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Runs it to its end. `on.created` is called with the container's id before the process can run, and `on.started` when it
   * does. Returns how it ended when the engine has said that: the kernel ends a container's first process after all others. The
   * container is removed then; see `gone`. Throws a Refusal if it could not be started, and then leaves nothing.
   */
  async run(on: ContainerListener, take: OutputReceiver): Promise<Exited> {
    const { memory } = this.#resolved.limits;
    let isEnded = false;
    try {
      const { exit } = await this.#start(on);
      on.started(this.#id ?? '');
      const output = new Output(take, async (held) => await this.#freezer.set({ held }));
      this.#output = output;
      if (this.#isKilling) output.kill();
      await this.#pump(output);
      const outputEndedAt = Date.now();
      const code = await this.#codeOf(exit);
      await output.finish();
      this.#isOver = true;
      this.#exited.resolve();
      // Of an engine that was away, only the removal shows that nothing is left.
      isEnded = typeof code === 'number';
      const state = typeof code === 'number' ? (await this.#look())?.State : undefined;
      return {
        answer: 'exit',
        code: typeof code === 'number' ? code : null,
        out_of_memory: state?.OOMKilled === true,
        memory,
        lost:
          typeof code === 'string'
            ? code
            : this.#arrivals.mayLack(Date.parse(state?.FinishedAt ?? ''), outputEndedAt)
              ? 'The machine was too busy to read its output in time, and the container engine may have dropped the end of it.'
              : null,
        not_run: NOT_RUN.has(code) ? this.#whyNotRun() : null,
      };
    } finally {
      this.#isOver = true;
      this.#freezer.stop();
      this.#attached.resolve();
      this.#exited.resolve();
      const removed = this.#remove().then(() => this.#gone.resolve());
      if (!isEnded) await removed;
    }
  }

  /** Writes to its stdin. Resolves when the engine has taken it; also when the process is gone. */
  async write(chunk: Buffer): Promise<void> {
    await this.#attached.promise;
    const stream = this.#stream;
    if (stream === undefined || stream.destroyed || stream.writableEnded) return;
    await new Promise<void>((resolve) => stream.write(chunk, () => resolve()));
  }

  async endInput(): Promise<void> {
    await this.#attached.promise;
    if (this.request.stdin) this.#stream?.end();
  }

  /** Sends a signal to its first process; false: it has ended. Never rejects. */
  async signal(signal: string): Promise<boolean> {
    return await this.#call(async (id) => await this.#engine.kill(id, signal));
  }

  /** Stops every process of it, with the engine's freezer, or lets it continue. Never rejects. */
  async pause(paused: boolean): Promise<boolean> {
    return await this.#freezer.set({ paused });
  }

  /** Ends it: SIGTERM, a grace period in milliseconds, SIGKILL. Calling it again can only make that sooner. */
  end(graceMs: number): void {
    this.#deadline = Math.min(this.#deadline, performance.now() + graceMs);
    this.#ending ??= this.#end().catch((error: unknown) =>
      this.#logger.error({ err: error }, 'a container could not be ended'),
    );
  }

  async #start({ created }: ContainerListener): Promise<{ exit: Promise<number> }> {
    const ahead = this.#ahead;
    this.#id = ahead?.id;
    if (this.#ending !== undefined) throw new Refusal('fenced', 'It was ended before it was started.');
    if (ahead !== null) {
      this.#stream = ahead.stream;
      created(ahead.id);
      ahead.become(this.request);
      this.#attached.resolve();
      this.#isStarted = true;
      return ahead;
    }
    try {
      this.#id = await this.#engine.create(containerOptions(this.request, this.#resolved));
      const { stream, exit } = await this.#engine.attach(this.#id, this.request);
      this.#stream = stream;
      this.#attached.resolve();
      created(this.#id);
      await this.#engine.start(this.#id);
      await this.#checkAgain(await this.#engine.pidOf(this.#id));
      this.#isStarted = true;
      return { exit };
    } catch (error) {
      this.#stream?.destroy();
      throw refusalOf(error, this.request, this.#resolved.image);
    }
  }

  async #freeze(frozen: boolean): Promise<boolean> {
    return await this.#call(async (id) => {
      await (frozen ? this.#engine.pause(id) : this.#engine.unpause(id));
    });
  }

  async #pump(output: Output): Promise<void> {
    const demux = new Demux();
    try {
      for await (const chunk of this.#stream ?? []) {
        this.#arrivals.add((chunk as Buffer).length);
        for (const piece of demux.take(chunk as Buffer)) {
          if (this.#first.length <= MOST_INIT_BYTES) this.#first = Buffer.concat([this.#first, piece.chunk]);
          await output.add(piece);
        }
      }
    } catch {
      // The engine went away; what that means is found out by asking it.
    }
    if (!demux.isWhole && !this.#isKilling)
      this.#logger.warn({ container: this.#id }, 'the output of a container was cut');
  }

  /** Returns its exit code, or in words why that is not known. Resolves when no process of it is left. */
  async #codeOf(exit: Promise<number>): Promise<number | string> {
    const settled = exit.catch(() => null);
    const soon = await within(settled, EXIT_MS, null);
    if (soon !== null) return soon;
    for (;;) {
      try {
        const state = (await this.#engine.inspect(this.#id ?? ''))?.State;
        if (state?.Running === true) {
          // Its output is lost: the engine was restarted, and the process lives on.
          await this.#engine.remove(this.#id ?? '');
          return 'The container engine was restarted while it ran.';
        }
        // An engine that saw the end answers what waits for it. Of one that was away, the code is that of its own clean-up.
        return (await within(settled, LATE_EXIT_MS, null)) ?? 'The container engine ended while it ran.';
      } catch {
        // It does not answer yet.
      }
      await delay(ASK_MS);
    }
  }

  async #end(): Promise<void> {
    // One that is being started is ended when it runs; a start takes a while.
    while (!this.#isStarted && !this.#isOver) await delay(5);
    if (this.#isOver) return;
    if (this.#deadline > performance.now()) {
      this.#output?.release();
      await this.#freezer.set({ paused: false, held: false });
      this.signal('SIGTERM').catch(() => undefined);
    }
    while (!this.#isOver && performance.now() < this.#deadline)
      await within(this.#exited.promise, Math.min(50, this.#deadline - performance.now()), null);
    this.#isKilling = true;
    this.#output?.kill();
    while (!this.#isOver) {
      await this.signal('SIGKILL');
      await within(this.#exited.promise, ASK_MS, null);
    }
  }

  /** False: the process has ended, or the engine does not answer. */
  async #call(act: (id: string) => Promise<void>): Promise<boolean> {
    if (this.#id === undefined || !this.#isStarted || this.#isOver) return false;
    try {
      await act(this.#id);
      return true;
    } catch {
      return false;
    }
  }

  #whyNotRun(): string | null {
    const text = this.#first.toString().trimEnd();
    const missing = NOT_LOADED.exec(text)?.[1];
    if (missing !== undefined)
      return `The image ${this.#resolved.image} has no ${missing}, which the way to other hosts needs: use an image with glibc and libstdc++.`;
    const [asked = ''] = this.request.argv;
    if (this.#ahead !== null && text.startsWith('/bin/sh: ') && text.includes(`${asked}:`))
      return this.#cannotRun(asked, text);
    if (!INIT_FAILED.test(text)) return null;
    const [program = '', why = ''] = text.replace(INIT_FAILED, '').split(' failed: ');
    return this.#cannotRun(program, why);
  }

  #cannotRun(program: string, why: string): string {
    const { image } = this.#resolved;
    // What is given to each container is there: only what loads it can be missing.
    if (program.startsWith(`${INSIDE.program}/`) && /no such file|not found/i.test(why))
      return `The image ${image} has no glibc, which ${program.slice(INSIDE.program.length + 1)} needs: use an image with it, such as one of Debian or Ubuntu. Commands without other hosts run in this one too.`;
    return `The image ${image} has no program ${program} that can run: ${why}.`;
  }

  async #look() {
    return await this.#engine.inspect(this.#id ?? '').catch(() => null);
  }

  /** None of it may be left: it tries until the engine says so. */
  async #remove(): Promise<void> {
    const id = this.#id;
    this.#stream?.destroy();
    if (id === undefined) return;
    for (;;) {
      try {
        await this.#engine.remove(id);
        if ((await this.#engine.inspect(id)) === null) return;
      } catch (error) {
        this.#logger.debug({ err: error, container: id }, 'a container could not be removed yet');
      }
      await delay(ASK_MS);
    }
  }
}

function refusalOf(error: unknown, { argv, workspace }: RunRequest, image: string): Refusal {
  if (error instanceof Refusal) return error;
  const text = (error as Error).message;
  if (isStatus(error, 404) && /no such image/i.test(text))
    return new Refusal('unavailable', `There is no image ${image} on this engine: build or pull it first.`);
  if (/exec format error/i.test(text))
    return new Refusal(
      'failed',
      `The image ${image} is for another kind of machine: ${argv[0] ?? ''} can't run here.`,
    );
  if (isStatus(error, 400) || isStatus(error, 500))
    return new Refusal('failed', `The engine can't start a container of ${image} in ${workspace}: ${text}`);
  return new Refusal('unavailable', `The container engine does not answer: ${text}.`);
}
