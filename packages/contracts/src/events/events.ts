import { z } from 'zod';
import { AGENT_EVENTS } from './agent-events.ts';
import { EXECUTION_EVENTS } from './execution-events.ts';
import { HOOK_EVENTS } from './hook-events.ts';
import { TASK_EVENTS } from './task-events.ts';
import { WORKSPACE_EVENTS } from './workspace-events.ts';

/** Every type of event. */
export const EVENTS = {
  ...EXECUTION_EVENTS,
  ...TASK_EVENTS,
  ...HOOK_EVENTS,
  ...AGENT_EVENTS,
  ...WORKSPACE_EVENTS,
};

export type EventType = keyof typeof EVENTS;
export type EventData<T extends EventType> = z.output<(typeof EVENTS)[T]['data']>;
export const EVENT_TYPES = Object.keys(EVENTS) as [EventType, ...EventType[]];

/** An event before it is numbered; `task` and `attempt` count from 1. */
export type NewEvent = {
  [T in EventType]: { type: T; task?: number; attempt?: number; data: EventData<T> };
}[EventType];

/** An event as it is stored and sent. */
export type ExecutionEvent = NewEvent & { seq: number; epoch: string; execution_id: string; at: string };

/** The envelope, for descriptions and for checks of received events. */
export const EventEnvelope = z
  .strictObject({
    seq: z.int().positive().describe('1, 2, 3 … without a gap'),
    epoch: z
      .string()
      .describe('Changes when the log was lost and started again; cursors of another epoch are invalid.'),
    execution_id: z.string(),
    at: z.iso.datetime({ precision: 3 }),
    type: z.enum(EVENT_TYPES),
    task: z.int().positive().optional(),
    attempt: z.int().positive().optional(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });
