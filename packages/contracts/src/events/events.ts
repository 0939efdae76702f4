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
  [T in EventType]: {
    /** Which fact it is, by the table of events. */
    type: T;
    /** The number of the task, from 1; absent: it is about the execution. */
    task?: number;
    /** The number of the attempt, from 1. */
    attempt?: number;
    /** The data of its type. */
    data: EventData<T>;
  };
}[EventType];

/** An event as it is stored and sent. */
export type ExecutionEvent = NewEvent & {
  /** 1, 2, 3 … without a gap. */
  seq: number;
  /** Changes when the log was lost and started again; cursors of another epoch are invalid. */
  epoch: string;
  /** The id of the execution. */
  execution_id: string;
  /** When it happened: RFC 3339, UTC, milliseconds. */
  at: string;
};

/** The envelope, for descriptions and for checks of received events. */
export const EventEnvelope = z
  .strictObject({
    seq: z.int().positive().describe('1, 2, 3 … without a gap'),
    epoch: z
      .string()
      .describe('Changes when the log was lost and started again; cursors of another epoch are invalid.'),
    execution_id: z.string().describe('the id of the execution'),
    at: z.iso.datetime({ precision: 3 }).describe('when it happened: RFC 3339, UTC, milliseconds'),
    type: z.enum(EVENT_TYPES).describe('which fact it is, by the table of events'),
    task: z
      .int()
      .positive()
      .optional()
      .describe('the number of the task, from 1; absent: it is about the execution'),
    attempt: z.int().positive().optional().describe('the number of the attempt, from 1'),
    data: z.record(z.string(), z.unknown()).describe('what the type says of it'),
  })
  .meta({ id: 'Event' });
