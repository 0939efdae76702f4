/** A task of a random list, and how it will end. */
export interface PlannedTask {
  needs: number[] | null;
  when: 'success' | 'always' | 'failure' | null;
  /** How many of its attempts fail; more than it has retries: it fails. */
  failures: number;
  retries: number;
  /** True: it works in the workspace itself, also while others run. */
  shared: boolean;
  /** How often a model refuses it for a while first; null: it is a command. */
  limits: number | null;
  /** How long its attempts take, in seconds. */
  seconds: number;
}

/** What a person does to a list, so many milliseconds after its submission. */
interface Intervention {
  what: 'cancel' | 'pause';
  afterMs: number;
}

export interface PlannedList {
  tasks: PlannedTask[];
  intervention: Intervention | null;
  on_failure: 'stop' | 'continue' | 'skip_dependents';
  max_parallel: number;
}

/** A small generator of numbers that a seed makes again: mulberry32. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export function randomList(seed: number): PlannedList {
  const random = randomFrom(seed);
  const oneOf = <T>(...values: T[]): T => values[random(values.length)] as T;
  const tasks = Array.from({ length: 4 + random(6) }, (_, index): PlannedTask => {
    const earlier = Array.from({ length: index }, (__, other) => other + 1);
    const needs = random(4) === 0 ? null : earlier.filter(() => random(3) === 0);
    const hasNeeds = needs === null ? index > 0 : needs.length > 0;
    const when = random(3) > 0 ? null : oneOf('success', 'always', hasNeeds ? 'failure' : 'always');
    const retries = random(6) === 0 ? 1 : 0;
    const failures = random(4) === 0 ? 1 + random(2) : 0;
    return { needs, when, retries, failures, shared: random(5) === 0, limits: null, seconds: 0 };
  });
  const on_failure = oneOf<PlannedList['on_failure']>('stop', 'continue', 'skip_dependents');
  const max_parallel = 1 + random(4);
  const hasLimits = random(4) === 0;
  for (const task of tasks) {
    task.seconds = random(5) / 10;
    if (hasLimits && random(3) === 0) Object.assign(task, { limits: random(3), failures: 0, retries: 0 });
  }
  const what = oneOf(null, null, null, 'pause' as const, 'pause' as const, 'cancel' as const);
  return { tasks, on_failure, max_parallel, intervention: what && { what, afterMs: random(2000) } };
}

type LoggedEvent = Readonly<{ type: string; task?: number; data: unknown }>;

/** Returns what a log breaks of the rules of its list; nothing: it follows them all. */
export function breachesOf(list: PlannedList, events: readonly LoggedEvent[]): string[] {
  const judge = new Judge(list);
  for (const event of events) judge.take(event);
  return judge.breachesAtEnd(events.at(-1)?.type ?? '');
}

const LIMITS: ReadonlySet<unknown> = new Set(['rate_limited', 'usage_limit', 'overloaded', 'auth_failed']);

/** By these events the model of a prompt has answered. */
const ANSWERS: ReadonlySet<string> = new Set(['agent.delta', 'agent.tool_use', 'task.completed']);

/** Goes through a log, and compares each event with what the rules allow at that time. */
class Judge {
  readonly #list: PlannedList;
  readonly #status: string[];
  /** The tasks whose attempt was cut short, and not by a failure. */
  readonly #interrupted = new Set<number>();
  /** How often each task was cut short, and how often it has failed. */
  readonly #cuts: number[];
  readonly #failures: number[];
  /** Why nothing may start now. */
  #held: 'paused' | 'cancelled' | 'at its limit' | null = null;
  /** True after a limit, until the model has answered a prompt: one at a time tries it. */
  #isLimited = false;
  readonly #breaches: string[] = [];

  constructor(list: PlannedList) {
    this.#list = list;
    this.#status = list.tasks.map(() => 'pending');
    this.#cuts = list.tasks.map(() => 0);
    this.#failures = list.tasks.map(() => 0);
  }

  take({ type, task = 0, data }: LoggedEvent): void {
    const index = task - 1;
    if (type.startsWith('execution.')) return this.#takeState(type);
    if (this.#list.tasks[index] === undefined) return;
    if (ANSWERS.has(type) && this.#isPrompt(index)) this.#isLimited = false;
    if (type === 'task.started') this.#start(index);
    else if (type === 'task.skipped') this.#skip(index, (data as { reason: string }).reason);
    else if (type === 'task.retrying' || type === 'task.interrupted')
      this.#endForNow(index, type, (data as { outcome?: string }).outcome);
    else if (type === 'task.completed' || type === 'task.failed' || type === 'task.cancelled')
      this.#end(index, type.slice('task.'.length));
  }

  breachesAtEnd(last: string): string[] {
    for (const [index, status] of this.#status.entries())
      if (!this.#isSettled(index)) this.#tell(index, `is left ${status}`);
    const isDone = this.#status.every((status) => status === 'completed' || status === 'not_needed');
    const expected =
      this.#held === 'cancelled'
        ? 'execution.cancelled'
        : isDone
          ? 'execution.completed'
          : 'execution.failed';
    if (last !== expected) this.#breaches.push(`it ends as ${last}`);
    return this.#breaches;
  }

  #takeState(type: string): void {
    if (this.#held === 'cancelled') return;
    if (type === 'execution.cancelling') this.#held = 'cancelled';
    else if (type === 'execution.paused') this.#held = 'paused';
    // What another worker finds of a limit is a new one.
    else if (type !== 'execution.waiting' && (this.#held !== 'paused' || type === 'execution.resumed'))
      this.#held = null;
  }

  #start(index: number): void {
    if (this.#held !== null) this.#tell(index, `starts although the list is ${this.#held}`);
    const { when, needs, stops } = this.#of(index);
    const failed = needs.some((one) => this.#hasFailed(one));
    if (this.#status[index] !== 'pending') this.#tell(index, 'starts although it is not pending');
    const tries = this.#status.some((status, other) => status === 'running' && this.#isPrompt(other));
    if (this.#isLimited && tries && this.#isPrompt(index))
      this.#tell(index, 'starts while another prompt tries whether a limit is over');
    if (!needs.every((one) => this.#isSettled(one)))
      this.#tell(index, 'starts before what it needs has settled');
    if (stops) this.#tell(index, 'starts after a failure');
    if (when === 'success' && failed) this.#tell(index, 'starts although what it needs has failed');
    if (when === 'failure' && !failed) this.#tell(index, 'starts although nothing has failed');
    this.#status[index] = 'running';
    this.#interrupted.delete(index);
    const running = this.#status.filter((status) => status === 'running').length;
    if (running > this.#list.max_parallel) this.#tell(index, 'is one too many');
  }

  #skip(index: number, reason: string): void {
    const { when, needs, stops } = this.#of(index);
    const failed = needs.some((one) => this.#hasFailed(one));
    const isReady = needs.every((one) => this.#isSettled(one));
    if (this.#isSettled(index)) this.#tell(index, 'is skipped although it has settled');
    if (reason === 'cancelled') {
      if (this.#held !== 'cancelled') this.#tell(index, 'is cancelled by itself');
      this.#status[index] = 'cancelled';
      return;
    }
    const isJust =
      reason === 'not_needed'
        ? when === 'failure' && isReady && !failed
        : stops || (when === 'success' && isReady && failed);
    if (!isJust) this.#tell(index, `is skipped as ${reason}`);
    this.#status[index] = reason === 'not_needed' ? reason : 'skipped';
  }

  #endForNow(index: number, type: 'task.retrying' | 'task.interrupted', outcome = ''): void {
    this.#status[index] = 'pending';
    if (type === 'task.retrying') this.#failures[index] = (this.#failures[index] ?? 0) + 1;
    else if (LIMITS.has(outcome)) {
      this.#held ??= 'at its limit';
      this.#isLimited = true;
    } else {
      this.#cuts[index] = (this.#cuts[index] ?? 0) + 1;
      // The worker that continues does not know the limit of a try that was cut short.
      this.#isLimited = false;
    }
    if (type === 'task.interrupted') this.#interrupted.add(index);
  }

  #end(index: number, status: string): void {
    if (this.#status[index] !== 'running') this.#tell(index, 'ends although it does not run');
    this.#status[index] = status;
    if (status === 'cancelled') {
      if (this.#held !== 'cancelled') this.#tell(index, 'is cancelled by itself');
      return;
    }
    const { failures = 0, retries = 0 } = this.#list.tasks[index] ?? {};
    const [failed = 0, cuts = 0] = [this.#failures[index], this.#cuts[index]];
    // An attempt that was cut short may have failed before its end was stored.
    const isJust =
      status === 'completed' ? failed <= failures && failures <= failed + cuts : failed === retries;
    if (!isJust || (status !== 'completed' && failures <= retries)) this.#tell(index, `is ${status}`);
  }

  #of(index: number) {
    const { tasks, on_failure } = this.#list;
    const when = tasks[index]?.when ?? (on_failure === 'continue' ? 'always' : 'success');
    const needs = tasks[index]?.needs?.map((one) => one - 1) ?? (index > 0 ? [index - 1] : []);
    const hasFailure = tasks.some((_, other) => this.#hasFailed(other));
    const mayStop = on_failure === 'stop' && when === 'success' && !this.#interrupted.has(index);
    return { when, needs, stops: mayStop && hasFailure };
  }

  #isPrompt(index: number): boolean {
    return this.#list.tasks[index]?.limits !== null;
  }

  #hasFailed(index: number): boolean {
    return ['failed', 'timed_out', 'skipped'].includes(this.#status[index] ?? '');
  }

  #isSettled(index: number): boolean {
    return !['pending', 'running'].includes(this.#status[index] ?? '');
  }

  #tell(index: number, what: string): void {
    this.#breaches.push(`task ${String(index + 1)} ${what}`);
  }
}
