import { z } from 'zod';
import { TaskKind } from '../language/agents.ts';
import { OUTCOME_CODES } from '../language/outcomes.ts';

/** How an attempt ended; `interrupted`: it did not settle its task, and does not count against its retries. */
export const ATTEMPT_STATUSES = ['completed', 'failed', 'timed_out', 'cancelled', 'interrupted'] as const;
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];

const time = z.iso.datetime({ precision: 3 });
/** The load of the machine; older rows do not have it. */
const machine = z.number().nonnegative().nullable().default(null);
const tokens = z.int().nonnegative().nullable().describe('null: unknown');

/**
 * One attempt at one task as a flat row of the history. `schema` increases when a field changes its meaning; a new field
 * needs a default for older rows.
 */
export const HistoryRow = z
  .object({
    schema: z.literal(1).describe('the version of this format'),
    execution_id: z.string().describe('the id of the execution'),
    task: z.int().positive().describe('from 1'),
    attempt: z.int().positive().describe('from 1'),
    kind: TaskKind.describe('prompt, command or tool'),
    description: z.string().describe("the task's name, or the start of its text"),
    agent: z.string().describe('what ran it'),
    model: z.string().nullable().describe('the model that was used, otherwise the requested one'),
    status: z.enum(ATTEMPT_STATUSES).describe('how the attempt ended, as a state'),
    outcome: z.enum(OUTCOME_CODES).describe('how the attempt ended, by the table of outcomes'),
    counts: z.boolean().describe('whether it counts against the task'),
    exit_code: z
      .int()
      .nullable()
      .describe('the exit status of the process; null: it has none, or a signal ended it'),
    started_at: time.describe('when it started: RFC 3339, UTC, milliseconds'),
    ended_at: time.describe('when it ended: RFC 3339, UTC, milliseconds'),
    duration: z.number().nonnegative().nullable().describe('seconds; null: unknown'),
    expected: z.number().nonnegative().nullable().describe('the expected seconds; null: unknown'),
    turns: z
      .int()
      .nullable()
      .describe('turns of the conversation with the model; null: unknown, or not a prompt'),
    input_tokens: tokens,
    output_tokens: tokens,
    cache_read_tokens: tokens,
    cache_creation_tokens: tokens,
    cost_usd: z.number().nullable().describe('its cost in US dollars; null: unknown, or not a prompt'),
    load_per_core: machine.describe('processes waiting for a processor, for each processor, at the start'),
    cpu_busy: machine.describe("the used share of the machine's processors, 0 to 1"),
    available_memory: machine.describe('the minimum of available memory meanwhile, in bytes'),
    gpu_busy: machine.describe('the used share of the GPUs, 0 to 1; null if there is none'),
  })
  .meta({ id: 'HistoryRow' });
export type HistoryRow = z.output<typeof HistoryRow>;

/** The columns of the history as a table, in order. */
export const HISTORY_COLUMNS = Object.keys(HistoryRow.shape) as (keyof HistoryRow)[];

export const HISTORY_FORMATS = ['json', 'jsonl', 'csv'] as const;
export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

/** The history as one document: the newest execution first, and of each the latest attempt first. */
export const HistoryView = z
  .strictObject({ rows: z.array(HistoryRow).describe('a row for each attempt, the newest execution first') })
  .meta({ id: 'History' });
export type HistoryView = z.output<typeof HistoryView>;
