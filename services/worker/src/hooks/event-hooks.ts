import { EVENTS, type EventType, type ExecutionEvent } from '@cc-executor/contracts';
import type { EventToStore, ExecutionRecord } from '@cc-executor/executions';
import { runHook, type HookDefinition } from '@cc-executor/hooks';
import type { Logger } from '@cc-executor/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { HookSet } from './hook-set.ts';

/** More than this waiting for slow hooks, and what comes is left out. */
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

/** Tells the hooks of events what was stored: beside the run, which never waits for them, one after the other. */
export class EventHooks {
  readonly #options: EventHooksOptions;
  readonly #hooks: readonly EventHook[];
  readonly #ending = new AbortController();
  readonly #waiting: { hook: EventHook; json: string }[] = [];
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
    if (this.#waiting.length > 0) this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  /** Resolves when all was told, or the time is over; what is left then is left out. */
  async close(): Promise<void> {
    const patience = new AbortController();
    const late = delay(LAST_MS, undefined, patience).catch(() => undefined);
    await Promise.race([this.#working, late]);
    patience.abort();
    this.#ending.abort();
    await this.#working;
    const leftOut = this.#leftOut + this.#waiting.length;
    if (leftOut > 0)
      this.#options.logger.warn({ events: leftOut }, 'hooks of events were too slow: some were left out');
  }

  async #work(): Promise<void> {
    const { set, record, workspace, logger } = this.#options;
    const { execution_id } = record;
    const total_tasks = record.tasks.length;
    const folder = await workspace().catch(() => '');
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const { hook, json } = next;
      const event = JSON.parse(json) as ExecutionEvent;
      const at = new Date().toISOString();
      const context = { stage: 'on_event', hook: hook.name, execution_id, total_tasks, event } as const;
      const done = await runHook(set.ports, hook, { ...context, workspace: folder }, this.#ending.signal);
      const { result, message, stderr, execution_time } = done;
      const task = event.task ?? null;
      set.book.add({
        at,
        hook: hook.name,
        stage: 'on_event',
        execution_id,
        task,
        result,
        message,
        execution_time,
      });
      // An event of its own would be the next one that it fails at.
      if (done.answer === null)
        logger.warn({ hook: hook.name, event: event.type, message, stderr }, 'a hook failed');
      if (this.#ending.signal.aborted) return;
    }
  }
}

function wants({ events }: EventHook, type: EventType): boolean {
  if (type.startsWith('hook.')) return false;
  return events === null ? !EVENTS[type].output : events.includes(type);
}
