import { resumeFrom, Rounds, type ControlPorts } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import { OBSTACLES, type ModelReach, type Obstacle } from './model-reach.ts';

/** How often it looks, in milliseconds. */
const LOOK_MS = 1000;
/** An execution that is under way is looked at again after so long, in milliseconds. */
const LOOK_AGAIN_MS = 5000;

/** Why an execution stands still that waits for the end of each, and what is said when it is resumed. */
const STANDS_STILL = {
  outage: { reason: 'outage', over: 'The model can be reached again.', probe: '' },
  refusal: {
    reason: 'auth_required',
    over: 'The credential works again.',
    probe: 'The credential is tried again.',
  },
} as const satisfies Record<Obstacle, object>;

export interface RecoveryWatchOptions extends ControlPorts {
  reach: ModelReach;
  logger: Logger;
}

/** Resumes what stands still for an outage or a refused credential when that is over, and the one that tries before. */
export class RecoveryWatch {
  readonly #options: RecoveryWatchOptions;
  readonly #rounds: Rounds;

  constructor(options: RecoveryWatchOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: LOOK_MS,
      work: async (closed) => {
        for (const obstacle of OBSTACLES) if (!closed.aborted) await this.#look(obstacle);
      },
      onError: (error) => options.logger.warn({ err: error }, 'could not look for what may be resumed'),
    });
  }

  async close(): Promise<void> {
    await this.#rounds.close();
  }

  async #look(obstacle: Obstacle): Promise<void> {
    const { reach, logger } = this.#options;
    const { reason, over, probe } = STANDS_STILL[obstacle];
    const { isOver, executionIds } = await reach.due(obstacle);
    for (const executionId of executionIds) {
      const message = isOver ? over : probe;
      const result = await resumeFrom(this.#options, executionId, { reason, message });
      // It may stand still a moment later: what it has joined with is stored before that.
      if (result === 'under_way')
        await reach.joined(obstacle, executionId, new Date(Date.now() + LOOK_AGAIN_MS));
      else if (isOver || result === 'other') await reach.left(obstacle, executionId);
      if (result !== 'resumed') continue;
      logger.info({ execution_id: executionId, reason }, message);
      if (!isOver) return;
    }
  }
}
