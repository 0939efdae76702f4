import { resumeFrom, type ControlPorts } from '@cc-executor/executions';
import { Poller } from '@cc-executor/service-kit/poller';
import type { Logger } from '@cc-executor/service-kit';
import { OBSTACLES, type ModelReach, type Obstacle } from './model-reach.ts';

/** The interval between two checks, in milliseconds. */
const LOOK_MS = 1000;
/** The delay before an execution that is still running is checked again, in milliseconds. */
const LOOK_AGAIN_MS = 5000;

/** For each obstacle: the reason of a blocked execution, and the message when it is resumed. */
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

/** Resumes executions that an outage or a rejected credential blocks when it is over, and before that the one that probes. */
export class RecoveryWatch {
  readonly #options: RecoveryWatchOptions;
  readonly #poller: Poller;

  constructor(options: RecoveryWatchOptions) {
    this.#options = options;
    this.#poller = new Poller({
      everyMs: LOOK_MS,
      work: async (closed) => {
        for (const obstacle of OBSTACLES) if (!closed.aborted) await this.#look(obstacle);
      },
      onError: (error) => options.logger.warn({ err: error }, 'could not look for what may be resumed'),
    });
  }

  async close(): Promise<void> {
    await this.#poller.close();
  }

  async #look(obstacle: Obstacle): Promise<void> {
    const { reach, logger } = this.#options;
    const { reason, over, probe } = STANDS_STILL[obstacle];
    const { isOver, executionIds } = await reach.due(obstacle);
    for (const executionId of executionIds) {
      const message = isOver ? over : probe;
      const result = await resumeFrom(this.#options, executionId, { reason, message });
      // It may be blocked a moment later: its membership is stored before that.
      if (result === 'under_way')
        await reach.joined(obstacle, executionId, new Date(Date.now() + LOOK_AGAIN_MS));
      else if (isOver || result === 'other') await reach.left(obstacle, executionId);
      if (result !== 'resumed') continue;
      logger.info({ execution_id: executionId, reason }, message);
      if (!isOver) return;
    }
  }
}
