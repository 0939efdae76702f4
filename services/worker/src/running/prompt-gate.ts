import { AGENTS, OUTCOMES, type AttemptEnd, type NewEvent } from '@cc-executor/contracts';
import type { TaskRecord } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import type { Credential } from '../credential/credential.ts';
import type { ModelReach } from '../credential/model-reach.ts';
import { pauseForOthers, untilOthersTry, waitForOthers, type Release, type WaitBounds } from './what-next.ts';

/** The shortest delay before a retry, also if another attempt succeeds, in milliseconds. */
const AT_LEAST_MS = 60_000;

export interface PromptGateOptions {
  credential: Credential;
  reach: ModelReach;
  executionId: string;
  /** True: the first prompt is tried in any case, because a person wants it to continue now. */
  isOpen: boolean;
  logger: Logger;
}

/**
 * Stops an execution's prompts at a limit, an outage or a rejection that others have found, and shares what
 * its own prompts find. Never rejects: if that cannot be read or stored, another attempt finds it, and no end is lost.
 */
export class PromptGate {
  readonly #options: PromptGateOptions;
  #isOpen: boolean;

  constructor(options: PromptGateOptions) {
    this.#options = options;
    this.#isOpen = options.isOpen;
  }

  /** Returns what to do instead of starting this task; null: start it. */
  async before(task: TaskRecord | undefined): Promise<Release | null> {
    if (!sharesCredential(task) || this.#isOpen) return null;
    return await this.#blocked(task.options.model ?? '').catch((error: unknown) => this.#tell(error));
  }

  /** Returns the bounds of the wait after an attempt with this end. */
  async bounds(end: NewEvent, maxWait: number): Promise<WaitBounds> {
    const { credential, reach } = this.#options;
    const { follows } = OUTCOMES[(end.data as AttemptEnd).outcome];
    const isShort = follows === 'wait_for_burst' || follows === 'wait_for_recovery';
    const lastUse = isShort ? await credential.lastUse().catch((error: unknown) => this.#tell(error)) : null;
    const worked = lastUse?.lastSuccess ?? null;
    return {
      maxWait,
      intervals: reach.intervals.outage,
      lastWorked: worked === null ? null : new Date(worked),
    };
  }

  /** Records what an attempt has shown, before anything else happens. Returns what to do then. */
  async after(
    task: TaskRecord | undefined,
    end: NewEvent,
    { begun, release }: { begun: Date; release: Release | null },
  ): Promise<Release | null> {
    this.#isOpen = false;
    const { held_up_by: helper } = end.data as AttemptEnd;
    if (task === undefined || !AGENTS[helper ?? task.agent].sharesCredential) return release;
    // An attempt without paid extra usage does not block others that may use it.
    const limitedUntil = task.options.on_overage === 'wait' ? null : (release?.wakeAt ?? null);
    const model = helper === undefined ? (task.options.model ?? '') : '';
    try {
      await this.#options.credential.note(end.data as AttemptEnd, { model, begun, limitedUntil });
      return release && (await this.#stopped(release, begun));
    } catch (error) {
      this.#tell(error);
      return release;
    }
  }

  async #blocked(model: string): Promise<Release | null> {
    const { credential, reach, executionId } = this.#options;
    const limited = await credential.limitedUntil(model);
    if (limited) return waitForOthers('usage_limit', limited);
    const down = await reach.blockedUntil('outage', executionId);
    if (down) {
      await reach.joined('outage', executionId);
      return waitForOthers('outage', down);
    }
    const refused = await reach.blockedUntil('refusal', executionId);
    if (!refused) return null;
    await reach.joined('refusal', executionId);
    return pauseForOthers(refused, credential.method);
  }

  /** An outage or a rejected credential concerns everyone: they retry together, one at a time. */
  async #stopped(release: Release, begun: Date): Promise<Release> {
    const { credential, reach, executionId } = this.#options;
    const { data } = release.event as Extract<NewEvent, { type: 'execution.waiting' | 'execution.paused' }>;
    if (data.reason === 'outage') {
      const until = await reach.failed('outage', begun, true);
      const own = release.wakeAt?.getTime() ?? 0;
      await reach.joined('outage', executionId, new Date(Math.min(own, Date.now() + AT_LEAST_MS)));
      return until ? untilOthersTry(release, until) : release;
    }
    if (data.reason !== 'auth_required') return release;
    // A credential that has never worked is wrong, and a retry would not help.
    const { lastWorked, lastSuccess } = await credential.lastUse();
    const hasWorked = lastWorked !== null || lastSuccess !== null;
    const until = await reach.failed('refusal', begun, hasWorked);
    await reach.joined('refusal', executionId);
    return until ? untilOthersTry(release, until) : release;
  }

  #tell(error: unknown): null {
    this.#options.logger.warn(
      { err: error },
      'what is known of the credential and the model could not be read or noted',
    );
    return null;
  }
}

function sharesCredential(task: TaskRecord | undefined): task is TaskRecord {
  return task !== undefined && AGENTS[task.agent].sharesCredential;
}
