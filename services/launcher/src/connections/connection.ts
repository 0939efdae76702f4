import {
  FIRST_CREDIT,
  FrameReader,
  frameOf,
  jsonFrame,
  Order,
  Request,
  SILENT_MS,
  type Answer,
  type Frame,
  type RunRequest,
  type WaitRequest,
} from '@cc-executor/sandbox/protocol';
import type { Socket } from 'node:net';
import type { TaskContainer } from '../boxes/box.ts';
import type { Boxes, Waiting } from '../boxes/boxes.ts';
import { Refusal } from '../boxes/refusal.ts';
import type { Piece } from '../engine/demux.ts';
import type { Logger } from '@cc-executor/service-kit';

/** How often it is checked that the caller still lives. Milliseconds. */
const CHECK_MS = 500;
/**
 * How long processes whose caller is gone have between SIGTERM and SIGKILL: an agent writes down its conversation, git removes
 * its locks. Milliseconds.
 */
const GRACE_MS = 2000;
/** How long a caller may take to send its request. Milliseconds. */
const REQUEST_MS = 10_000;

/** Answers what comes over a connection. */
export function serve(socket: Socket, boxes: Boxes, logger: Logger): void {
  const connection = new Connection(socket, boxes, logger);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => connection.take(chunk));
  socket.on('close', () => connection.leave());
}

/**
 * One connection: a request and its answers. The connection of a container is the claim to it: when it is closed, or
 * silent for too long, the container is ended.
 */
class Connection {
  readonly #socket: Socket;
  readonly #boxes: Boxes;
  readonly #logger: Logger;
  readonly #frames = new FrameReader(['request', 'order', 'stdin', 'stdinEnd', 'alive']);
  readonly #watch: NodeJS.Timeout;
  #hasRequest = false;
  #box: TaskContainer | undefined;
  #waiting: Waiting | undefined;
  #isGone = false;
  #credit = FIRST_CREDIT;
  #silentMs = 0;
  #drained: Promise<void> | undefined;
  #lookedAt = performance.now();
  /** Input is handled piece by piece. */
  #input: Promise<void> = Promise.resolve();
  /** Orders too, beside the input: the caller takes the answers in the order of its orders. */
  #orders: Promise<void> = Promise.resolve();

  constructor(socket: Socket, boxes: Boxes, logger: Logger) {
    this.#socket = socket;
    this.#boxes = boxes;
    this.#logger = logger;
    this.#watch = setInterval(() => this.#check(), CHECK_MS);
  }

  take(chunk: Buffer): void {
    this.#silentMs = 0;
    try {
      for (const frame of this.#frames.take(chunk)) this.#handle(frame);
    } catch (error) {
      this.#refuse(new Refusal('invalid', (error as Error).message));
    }
  }

  #handle({ kind, payload }: Frame): void {
    if (kind === 'alive') return;
    if (kind === 'request') {
      if (this.#hasRequest) throw new Error('A connection has one request.');
      this.#hasRequest = true;
      const request = Request.parse(JSON.parse(payload.toString()));
      this.#answer(request).catch((error: unknown) => this.#fail(error));
      return;
    }
    if (kind === 'stdin') {
      this.#credit -= payload.length;
      if (this.#credit < 0) throw new Error('More input than there was credit for.');
    }
    const order = kind === 'order' ? Order.parse(JSON.parse(payload.toString())) : null;
    // An end does not wait for input that the process does not read.
    if (order !== null && 'end' in order) return this.#box?.end(order.end);
    if (order !== null) {
      this.#orders = this.#orders
        .then(async () => await this.#order(order))
        .catch((error: unknown) => this.#fail(error));
      return;
    }
    this.#input = this.#input.then(async () => {
      if (kind === 'stdinEnd') return await this.#box?.endInput();
      await this.#box?.write(payload);
      this.#credit += payload.length;
      const credit = Buffer.alloc(4);
      credit.writeUInt32BE(payload.length);
      this.#send(frameOf('credit', credit));
    });
  }

  async #order(order: Exclude<Order, { end: number }>): Promise<void> {
    const box = this.#box;
    const ok =
      box === undefined
        ? false
        : 'pause' in order
          ? await box.pause(order.pause)
          : await box.signal(order.signal);
    this.#send(jsonFrame('answer', { answer: 'done', ok } satisfies Answer));
  }

  async #answer(request: Request): Promise<void> {
    if (request.do === 'run') return await this.#run(request);
    if (request.do === 'wait') return await this.#wait(request);
    const answer: Answer =
      request.do === 'about'
        ? await this.#boxes.about()
        : { answer: 'ended', containers: await this.#boxes.end(request) };
    this.#socket.end(jsonFrame('answer', answer));
  }

  async #wait(request: WaitRequest): Promise<void> {
    this.#waiting = await this.#boxes.wait(request, () => this.#socket.end());
    if (this.#isGone) await this.#waiting.drop();
    else this.#send(jsonFrame('answer', { answer: 'waiting' } satisfies Answer));
  }

  async #run(request: RunRequest): Promise<void> {
    const exit = await this.#boxes.run(
      request,
      (box) => {
        this.#box = box;
        if (this.#isGone) box.end(GRACE_MS);
      },
      {
        created: (container) =>
          this.#send(jsonFrame('answer', { answer: 'created', container } satisfies Answer)),
        started: (container) =>
          this.#send(jsonFrame('answer', { answer: 'started', container } satisfies Answer)),
      },
      (piece) => this.#pass(piece),
    );
    this.#socket.end(jsonFrame('answer', exit));
  }

  #pass({ stream, chunk }: Piece): Promise<void> | undefined {
    if (this.#isGone || this.#send(frameOf(stream, chunk))) return undefined;
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  /** Resolves when the caller has taken what was sent, or is gone. */
  async #drain(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = () => resolve();
    this.#socket.once('drain', done).once('close', done);
    await promise;
    this.#socket.off('drain', done).off('close', done);
    this.#drained = undefined;
  }

  /** False: the caller reads more slowly than this. */
  #send(frame: Buffer): boolean {
    return !this.#socket.writable || this.#socket.write(frame);
  }

  #fail(error: unknown): void {
    if (error instanceof Refusal) return this.#refuse(error);
    this.#logger.error({ err: error }, 'a request failed');
    this.#refuse(new Refusal('failed', 'The launcher failed; its log has the reason.'));
  }

  #refuse(refusal: Refusal): void {
    this.#box?.end(0);
    if (this.#socket.writable) this.#socket.end(jsonFrame('answer', refusal.answer));
  }

  #check(): void {
    const now = performance.now();
    // A standstill of this process is not the caller's silence.
    this.#silentMs += Math.min(now - this.#lookedAt, CHECK_MS * 1.5);
    this.#lookedAt = now;
    if (this.#hasRequest && this.#box === undefined && this.#waiting === undefined) return;
    if (this.#silentMs > (this.#hasRequest ? SILENT_MS : REQUEST_MS)) this.#socket.destroy();
  }

  leave(): void {
    this.#isGone = true;
    clearInterval(this.#watch);
    this.#box?.end(GRACE_MS);
    this.#waiting?.drop().catch(() => undefined);
  }
}
