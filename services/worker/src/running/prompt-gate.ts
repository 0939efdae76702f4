import {
  AGENTS,
  OUTCOMES,
  type AgentName,
  type AttemptEnd,
  type NewEvent,
  type OutcomeCode,
} from '@cc-executor/contracts';
import type { ExecutionRecord, ExecutionState, TaskRecord } from '@cc-executor/executions';
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
  /** The agents whose prompts an obstacle has stopped. */
  stopped: Iterable<AgentName>;
  logger: Logger;
}

/** The prompt that tries, for those of its agent, whether an obstacle is over. */
interface Probe {
  task: TaskRecord;
  /** True if it is tried in any case. */
  isOpening: boolean;
}

/**
 * Stops an execution's prompts at a limit, an outage or a rejection that others have found, and shares what
 * its own prompts find. After an obstacle one prompt of an agent tries whether it is over, and the others wait for its answer.
 * Never rejects: if that cannot be read or stored, another attempt finds it, and no end is lost.
 */
export class PromptGate {
  readonly #options: PromptGateOptions;
  #isOpen: boolean;
  #isStopping = false;
  /** The agents that an obstacle has stopped, and that have not answered since. */
  readonly #unanswered: Set<AgentName>;
  readonly #probes = new Map<AgentName, Probe>();
  /** The prompts that wait for a probe. */
  readonly #heldBack = new Set<TaskRecord>();
  /** Called when prompts that were held back may start. */
  onChange: () => void = () => undefined;

  constructor(options: PromptGateOptions) {
    this.#options = options;
    this.#isOpen = options.isOpen;
    this.#unanswered = new Set(options.stopped);
  }

  /** True once an attempt has met what only time or a person ends: nothing more may start until the execution is released. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Returns whether a task may be asked about. False: it waits for the prompt that tries whether an obstacle is over. */
  mayStart(task: TaskRecord | undefined): boolean {
    return task === undefined || !this.#heldBack.has(task);
  }

  /** Returns what to do instead of starting this task; null: start it. */
  async before(task: TaskRecord | undefined): Promise<Release | 'later' | null> {
    if (task?.kind !== 'prompt') return null;
    const { agent, options } = task;
    const holdBack = () => {
      this.#heldBack.add(task);
      return 'later' as const;
    };
    if (this.#probes.has(agent) && this.#unanswered.has(agent)) return holdBack();
    const { sharesCredential } = AGENTS[agent];
    const isOpening = sharesCredential && this.#isOpen;
    if (sharesCredential && !isOpening) {
      const blocked = await this.#blocked(options.model ?? '').catch((error: unknown) => this.#tell(error));
      if (blocked) return this.#probes.has(agent) ? holdBack() : blocked;
    }
    if (isOpening) this.#isOpen = false;
    if (isOpening || this.#unanswered.has(agent)) this.#probes.set(agent, { task, isOpening });
    return null;
  }

  /** The start of a task, which `before` has allowed, could not be stored. */
  notStarted(task: TaskRecord | undefined): void {
    if (this.#endProbe(task)?.isOpening === true) this.#isOpen = true;
  }

  /** An agent has been answered by its model: the obstacle that has stopped it is over. */
  answered(agent: AgentName): void {
    if (!this.#unanswered.delete(agent)) return;
    this.#heldBack.clear();
    this.onChange();
  }

  /** The processes of an attempt have ended. Its end is stored later. */
  ends(outcome: OutcomeCode): void {
    const { follows } = OUTCOMES[outcome];
    this.#isStopping ||= follows === 'wait_for_reset' || follows === 'pause';
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
    const { held_up_by: helper, outcome, unproven } = end.data as AttemptEnd;
    if (task && OUTCOMES[outcome].credential === 'accepted') this.answered(task.agent);
    this.#endProbe(task);
    if (task === undefined || !AGENTS[helper ?? task.agent].sharesCredential) return release;
    // What runs in a container may have made that up.
    if (unproven) return release;
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

  /** Ends the probe of a task, if it is one, and lets the next one try. */
  #endProbe(task: TaskRecord | undefined): Probe | null {
    const probe = task && this.#probes.get(task.agent);
    if (!probe || probe.task !== task) return null;
    this.#probes.delete(task.agent);
    this.#heldBack.clear();
    return probe;
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

/** Returns the agents that an obstacle has stopped at the last attempts of tasks that are not settled. */
export function stoppedAgents({ tasks }: ExecutionRecord, { tasks: states }: ExecutionState): AgentName[] {
  return states.flatMap(({ status, end }, index) => {
    const agent = end?.held_up_by ?? tasks[index]?.agent;
    const isStopped = status === 'pending' && end !== null && OUTCOMES[end.outcome].follows !== null;
    return isStopped && agent ? [agent] : [];
  });
}
