import type { Answer, EndRequest, Exited, RunRequest, WaitRequest } from '@cc-executor/sandbox/protocol';
import type { Logger } from '@cc-executor/service-kit';
import { within } from '@cc-executor/service-kit/within';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LABELS, type Engine } from '../engine/engine.ts';
import { TaskContainer, type ContainerListener } from './box.ts';
import { attemptLabel, type Limits } from './container-options.ts';
import type { OutputReceiver } from './output.ts';
import type { Places } from './places.ts';
import { Refusal } from './refusal.ts';
import { WaitingBox } from './waiting-box.ts';

/** How often containers that nobody claims are looked for. Milliseconds. */
const LOOK_MS = 5000;
/** How long processes have between SIGTERM and SIGKILL when their execution has another owner. Milliseconds. */
const GRACE_MS = 2000;
/** How many containers may have ended and not be removed yet, before no more are started. */
const MOST_LEAVING = 16;
/** How long such a start waits before it is refused. Milliseconds. */
const LEAVING_MS = 5000;
/** How many executions with a fence are remembered. */
const MOST_FENCES = 10_000;

export interface BoxesOptions {
  engine: Engine;
  installation: string;
  places: Places;
  /** The allowed images; the first is the default. */
  images: readonly string[];
  limits: Limits;
  /** How many containers may be started ahead. */
  mostWaiting: number;
  logger: Logger;
}

/** A claim to a container that was started ahead. */
export interface Waiting {
  /** Removes it, unless an attempt has it. Never rejects. */
  drop: () => Promise<void>;
}

interface Ahead {
  request: WaitRequest;
  /** Undefined: it is being started, or could not be. */
  box?: WaitingBox;
  /** Resolves when it waits, or could not be started. */
  ready: Promise<void>;
  /** Ends its claim, without a call of the engine. */
  over: () => void;
}

/** All containers of an installation. A container lives as long as its claim: the connection that asked for it. */
export class Boxes {
  readonly #options: BoxesOptions;
  readonly #boxes = new Map<string, TaskContainer>();
  /** Those that are started ahead, by their names in labels. */
  readonly #waiting = new Map<string, Ahead>();
  /** By execution: the lowest generation that may start something. */
  readonly #fences = new Map<string, number>();
  readonly #closed = new AbortController();
  #looking: Promise<void> = Promise.resolve();

  constructor(options: BoxesOptions) {
    this.#options = options;
  }

  /** Begins to end what nobody claims, such as what an earlier launcher has left. */
  begin(): void {
    this.#looking = this.#lookAgainAndAgain();
  }

  /** Runs a container; see Box. `onBox` gets it before it is started. Throws a Refusal. */
  async run(
    request: RunRequest,
    onBox: (box: TaskContainer) => void,
    news: ContainerListener,
    take: OutputReceiver,
  ): Promise<Exited> {
    const { engine, installation, limits, logger } = this.#options;
    this.#checkFence(request);
    const image = await this.#imageFor(request);
    const { places } = this.#options;
    await places.checkUser(request);
    const mounts = await places.mountsOf(request);
    await this.#waitForRemovals();
    // One that is being started is there sooner than a new one.
    await Promise.all(this.#aheadOf(request).map(async ({ ready }) => await ready));
    // From here to where it is known as a box, nothing else can happen.
    this.#checkFence(request);
    if (this.#closed.signal.aborted) throw new Refusal('unavailable', 'The launcher is being stopped.');
    const ahead = this.#takeAhead(request, { image, mounts });
    const id = ahead?.box ?? randomUUID();
    const resolved = { installation, box: id, image, limits, mounts };
    const checkAgain = async (pid: number) => await places.checkAgain(request, mounts, pid);
    const box = new TaskContainer(request, resolved, { engine, logger, checkAgain, ahead });
    this.#boxes.set(id, box);
    onBox(box);
    try {
      return await box.run(news, take);
    } finally {
      box.gone.then(() => this.#boxes.delete(id)).catch(() => undefined);
    }
  }

  /** Keeps a list of short tasks from filling the engine with containers that it removes more slowly. Throws a Refusal. */
  async #waitForRemovals(): Promise<void> {
    const leaving = () => [...this.#boxes.values()].filter(({ isOver }) => isOver);
    if (leaving().length < MOST_LEAVING) return;
    await within(Promise.race(leaving().map(async ({ gone }) => await gone)), LEAVING_MS, undefined);
    if (leaving().length >= MOST_LEAVING)
      throw new Refusal(
        'unavailable',
        `The engine has not yet removed ${String(leaving().length)} containers that have ended.`,
      );
  }

  /**
   * Starts a container ahead for a request that is likely to come. It waits until that comes or its claim ends; then `onOver` is
   * called. Throws a Refusal where no more may wait.
   */
  async wait(request: WaitRequest, onOver: () => void): Promise<Waiting> {
    const { engine, installation, limits, mostWaiting, places } = this.#options;
    if (this.#closed.signal.aborted || this.#waiting.size >= mostWaiting)
      throw new Refusal('unavailable', 'No more containers are started ahead (CC_EXECUTOR_SANDBOX_WAITING).');
    const name = randomUUID();
    const ready = Promise.withResolvers<void>();
    const over = () => {
      if (this.#waiting.delete(name)) onOver();
    };
    const ahead: Ahead = { request, ready: ready.promise, over };
    this.#waiting.set(name, ahead);
    try {
      this.#checkFence(request);
      const image = await this.#imageFor(request);
      await places.checkUser(request);
      const mounted = { ...request, network: null };
      const mounts = await places.mountsOf(mounted);
      const resolved = { installation, box: name, image, limits, mounts };
      const box = await WaitingBox.start(request, resolved, engine);
      const drop = async () => {
        if (!this.#waiting.has(name)) return;
        over();
        await box.remove().catch(() => undefined);
      };
      box.failed.then(drop).catch(() => undefined);
      const pid = await engine.pidOf(box.id);
      await places.checkAgain(mounted, mounts, pid).catch(async (error: unknown) => {
        await drop();
        throw error;
      });
      if (this.#closed.signal.aborted) await drop();
      ahead.box = box;
      return { drop };
    } catch (error) {
      this.#waiting.delete(name);
      if (error instanceof Refusal) throw error;
      throw new Refusal('unavailable', (error as Error).message);
    } finally {
      ready.resolve();
    }
  }

  #aheadOf(request: RunRequest): Ahead[] {
    return [...this.#waiting.values()].filter(
      (one) =>
        one.request.execution_id === request.execution_id &&
        attemptLabel(one.request) === attemptLabel(request),
    );
  }

  #takeAhead(request: RunRequest, resolved: Parameters<WaitingBox['fits']>[1]): WaitingBox | null {
    const ahead = this.#aheadOf(request).find(({ box }) => box?.fits(request, resolved) === true);
    ahead?.over();
    return ahead?.box ?? null;
  }

  /**
   * Ends containers of an execution: all under a lower generation, or those of one attempt. Returns their ids when the
   * engine has none of them any more; it tries until then. In the first case nothing is started under a lower generation
   * after that.
   */
  async end({ execution_id, generation, attempt }: EndRequest): Promise<string[]> {
    const { engine, installation } = this.#options;
    if (attempt === undefined) this.#fence(execution_id, generation);
    const named = attempt && attemptLabel(attempt);
    const isMeant = (its: { generation: number; attempt: string | undefined }) =>
      named === undefined
        ? its.generation < generation
        : its.generation === generation && its.attempt === named;
    const ended = new Set<string>();
    const mine = [...this.#boxes.values()].filter(
      ({ request }) =>
        request.execution_id === execution_id &&
        isMeant({ generation: request.generation, attempt: attemptLabel(request) }),
    );
    for (const box of mine) box.end(GRACE_MS);
    await Promise.all(mine.map(async (box) => await box.gone));
    for (const { id } of mine) if (id !== undefined) ended.add(id);
    const labels = [`${LABELS.installation}=${installation}`, `${LABELS.execution}=${execution_id}`];
    for (;;) {
      const found = await engine.list(labels).catch(() => null);
      const old = found?.filter((one) =>
        isMeant({ generation: Number(one.labels[LABELS.generation]), attempt: one.labels[LABELS.attempt] }),
      );
      if (old?.length === 0) return [...ended];
      for (const { id } of old ?? []) {
        ended.add(id);
        await engine.remove(id).catch(() => undefined);
      }
      await delay(100);
    }
  }

  async about(): Promise<Answer> {
    const { engine, images } = this.#options;
    const facts = await engine.facts().catch((error: Error) => {
      throw new Refusal('unavailable', `The container engine does not answer: ${error.message}.`);
    });
    if (facts.unusable !== null) throw new Refusal('unavailable', facts.unusable);
    return {
      answer: 'about',
      engine: facts.name,
      rootless: facts.rootless,
      cgroup: facts.cgroup,
      images: await Promise.all(
        images.map(async (name) => {
          const path = await engine.pathOf(name).catch(() => null);
          return { name, there: path !== null, path: path ?? '' };
        }),
      ),
    };
  }

  /** Ends everything. Resolves when no container is left. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#looking;
    const all = [...this.#boxes.values()];
    for (const box of all) box.end(GRACE_MS);
    const waiting = [...this.#waiting.values()];
    await Promise.all([
      ...all.map(async (box) => await box.gone),
      ...waiting.map(async (ahead) => {
        await ahead.ready;
        ahead.over();
        await ahead.box?.remove().catch(() => undefined);
      }),
    ]);
  }

  #fence(executionId: string, generation: number): void {
    const fence = Math.max(generation, this.#fences.get(executionId) ?? 0);
    this.#fences.delete(executionId);
    this.#fences.set(executionId, fence);
    const [oldest] = this.#fences.keys();
    if (this.#fences.size > MOST_FENCES && oldest !== undefined) this.#fences.delete(oldest);
  }

  #checkFence({ execution_id, generation }: Pick<RunRequest, 'execution_id' | 'generation'>): void {
    if (generation < (this.#fences.get(execution_id) ?? 0))
      throw new Refusal('fenced', 'Another worker has this execution now.');
  }

  async #imageFor({ image }: Pick<RunRequest, 'image'>): Promise<string> {
    const { images, engine } = this.#options;
    const name = image ?? images[0] ?? '';
    if (!images.includes(name))
      throw new Refusal(
        'not_allowed',
        `The image ${name} is not allowed; CC_EXECUTOR_SANDBOX_IMAGES names the allowed ones.`,
      );
    const facts = await engine.facts().catch((error: Error) => {
      throw new Refusal('unavailable', `The container engine does not answer: ${error.message}.`);
    });
    if (facts.unusable !== null) throw new Refusal('unavailable', facts.unusable);
    return name;
  }

  async #lookAgainAndAgain(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      await this.#endUnclaimed().catch((error: unknown) =>
        this.#options.logger.warn({ err: error }, 'containers that nobody claims could not be looked for'),
      );
      await delay(LOOK_MS, undefined, { signal: this.#closed.signal }).catch(() => undefined);
    }
  }

  async #endUnclaimed(): Promise<void> {
    const { engine, installation, logger } = this.#options;
    for (const { id, labels } of await engine.list([`${LABELS.installation}=${installation}`])) {
      const box = labels[LABELS.box] ?? '';
      if (this.#boxes.has(box) || this.#waiting.has(box)) continue;
      await engine.remove(id);
      logger.warn({ container: id, execution_id: labels[LABELS.execution] }, 'ended what nobody claims');
    }
  }
}
