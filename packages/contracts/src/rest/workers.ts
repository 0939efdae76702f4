import { z } from 'zod';
import { PlanUse } from '../language/plan.ts';
import { AuthStatus } from './views.ts';

const count = z.int().nonnegative();
const lane = (what: string) =>
  z
    .strictObject({
      slots: count.describe('how many run at the same time, at most'),
      running: count.describe('how many run now'),
    })
    .describe(what);

/** A worker that is alive, by its last announcement. */
export const WorkerView = z
  .strictObject({
    worker: z.string().describe('its name, as events have it'),
    version: z.string().describe('of cc-executor'),
    since: z.string().describe('when it started; RFC 3339'),
    lanes: z
      .strictObject({ prompts: lane('its agents'), commands: lane('its commands') })
      .describe('a slot is an agent or a command'),
    agents: count.describe('the number of agents that all workers of its machine may run together'),
    credential: AuthStatus.pick({ status: true, method: true }).describe('of its prompts'),
    plan: z.array(PlanUse).describe("its plan's limits, by the last report; empty: none is known"),
    machine: z
      .strictObject({
        load_per_core: z.number().describe('processes waiting for a processor, for each processor'),
        cpu_busy: z.number().nullable().describe('the used share of the processors, 0 to 1'),
        available_memory: z.number().nullable().describe('bytes'),
      })
      .nullable()
      .describe('null: not known yet'),
  })
  .meta({ id: 'Worker' });
export type WorkerView = z.output<typeof WorkerView>;

/** Who works, and what waits. It names no folder, no address and no secret. */
export const WorkersView = z
  .strictObject({
    workers: z.array(WorkerView).describe('by name; empty: executions wait'),
    queue: z
      .strictObject({
        wake_ups: count.describe('wake-ups on their way to a worker'),
        oldest: z
          .number()
          .nonnegative()
          .describe('seconds that the oldest of them waits; more than 10 is a fault'),
      })
      .describe('the backlog of wake-ups'),
  })
  .meta({ id: 'Workers' });
export type WorkersView = z.output<typeof WorkersView>;
