import { EVENTS, type EventType, type ExecutionEvent } from '@cc-executor/contracts';
import type { EventToStore, ExecutionRecord } from '@cc-executor/executions';
import { runHook, type HookDefinition } from '@cc-executor/hooks';
import type { Logger } from '@cc-executor/service-kit';
import { within } from '@cc-executor/service-kit/within';
import type { HookSet } from './hook-set.ts';

/** Above this number of events waiting for slow hooks, new ones are dropped. */
const MOST_WAITING = 1000;
/** How long the hooks of events may take after the end of a run, in milliseconds: a worker that stops has 20 s. */
const LAST_MS = 10_000;

export interface EventHooksOptions {
  set: HookSet;
  record: ExecutionRecord;
  workspace: () => Promise<string>;
  logger: Logger;
}

type EventHook = HookDefinition & { stage: 'on_event' };
/** An event that a hook has not received yet. */
interface Waiting {
  hook: EventHook;
  json: string;
}

/** Passes stored events to the hooks, one after the other and beside the run, which never waits for them. */
export class EventHooks {
  readonly #options: EventHooksOptions;
  readonly #hooks: readonly EventHook[];
  readonly #ending = new AbortController();
  readonly #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #leftOut = 0;

  constructor(options: EventHooksOptions) {
    this.#options = options;
    this.#hooks = options.set.definitions.filter((hook): hook is EventHook => hook.stage === 'on_event');
  }

  get isWanted(): boolean {
    return this.#hooks.length > 0;
  }

  take(events: readonly EventToStore[], head: number, epoch: string): void {
    for (const [index, { type, tail }] of events.entries())
      for (const hook of this.#hooks) {
        if (!wants(hook, type as EventType)) continue;
        if (this.#waiting.length >= MOST_WAITING) {
          this.#leftOut += 1;
          continue;
        }
        const seq = head - events.length + 1 + index;
        this.#waiting.push({ hook, json: `{"seq":${String(seq)},"epoch":${JSON.stringify(epoch)},${tail}` });
      }
    if (this.#waiting.length > 0) this.#working ??= this.#work();
  }

  /** Resolves when all events are delivered or the time is over; the rest is dropped. */
  async close(): Promise<void> {
    await within(Promise.resolve(this.#working), LAST_MS, null);
    this.#ending.abort();
    await this.#working;
    const leftOut = this.#leftOut + this.#waiting.length;
    if (leftOut > 0)
      this.#options.logger.warn({ events: leftOut }, 'hooks of events were too slow: some were skipped');
  }

  async #work(): Promise<void> {
    const workspace = await this.#options.workspace().catch(() => '');
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      await this.#tell(next, workspace);
      if (this.#ending.signal.aborted) break;
    }
    // In the same step as the check that found nothing more: a later event starts a new run.
    this.#working = undefined;
  }

  async #tell({ hook, json }: Waiting, workspace: string): Promise<void> {
    const { set, record, logger } = this.#options;
    const event = JSON.parse(json) as ExecutionEvent;
    const about = { hook: hook.name, stage: 'on_event', execution_id: record.execution_id } as const;
    const at = new Date().toISOString();
    const context = { ...about, workspace, total_tasks: record.tasks.length, event };
    const { answer, stderr, ...run } = await runHook(set.ports, hook, context, this.#ending.signal);
    const { result, message, execution_time } = run;
    set.book.add({ at, ...about, task: event.task ?? null, result, message, execution_time });
    // An event for this failure would be the next one at which the hook fails.
    if (answer === null) logger.warn({ ...about, event: event.type, message, stderr }, 'a hook failed');
  }
}

function wants({ events }: EventHook, type: EventType): boolean {
  if (type.startsWith('hook.')) return false;
  return events === null ? !EVENTS[type].output : events.includes(type);
}
