import { z } from 'zod';
import { Amendment } from './amendment.ts';
import { Prediction } from './analysis.ts';
import { AttemptFinding } from './attempt-findings.ts';
import { CheckRun, Fix } from './check-runs.ts';
import { HOOK_STAGES } from './hook-stages.ts';
import { OUTCOME_CODES } from './outcomes.ts';
import { PlanUse } from './plan.ts';
import { spent } from './spent.ts';
import { UuidProof } from './uuid-proof.ts';
import { Sha256 } from './workspace-changes.ts';

const seconds = z.number().nonnegative();

const totals = {
  total_tasks: z.int(),
  completed_tasks: z.int(),
  failed_tasks: z.int(),
  execution_time: seconds.describe('seconds'),
  evidence: z
    .strictObject({
      receipts: z.int().describe('how many there are'),
      head: Sha256.nullable().describe('the last of them'),
      manifest: Sha256.describe('which lists them all'),
      key: z.string().describe('the public key that it is signed by, Ed25519, in base64'),
      signature: z.string().describe('of the manifest, in base64'),
    })
    .nullable()
    .describe('null: there is none, or it could not be written'),
  ...spent,
};

/** What a validator said of an answer. */
export const Validation = z.strictObject({
  is_valid: z.boolean().nullable().describe('null: it could not judge'),
  reason: z.string().nullable().describe('why, in its words; where it could not judge, what kept it'),
  suggestions: z.array(z.string()),
  outcome: z.enum(OUTCOME_CODES).describe("how the validator's own run ended"),
  session_id: z.string().nullable(),
  ...spent,
});
export type Validation = z.output<typeof Validation>;

/** What a reviewer said of what a prompt has changed. */
export const Review = z.strictObject({
  summary: z.string().nullable().describe('in its words; where it could not review, what kept it'),
  findings: z.array(
    z.strictObject({
      file: z.string(),
      line: z.int().nullable(),
      severity: z.enum(['high', 'medium', 'low']),
      problem: z.string(),
    }),
  ),
  outcome: z.enum(OUTCOME_CODES).describe("how the reviewer's own run ended"),
  session_id: z.string().nullable(),
  ...spent,
});
export type Review = z.output<typeof Review>;

/** What is known when an attempt has ended; the same fields however it ended. */
export const AttemptEnd = z.strictObject({
  outcome: z.enum(OUTCOME_CODES),
  message: z.string().nullable().describe('What went wrong, for people; null when nothing did.'),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  execution_time: seconds.nullable().describe('seconds; null when it is not known'),
  stdout_bytes: z.int(),
  stderr_bytes: z.int(),
  result: z.string().nullable().describe("A prompt's final answer, at most 64 KiB of it; null for commands."),
  result_truncated: z.boolean().describe('true when result or json is longer than what is here'),
  json: z
    .unknown()
    .describe('The answer as JSON where the task asked for that, if it has at most 64 KiB; else null.'),
  limit: z
    .string()
    .optional()
    .describe('which limit of the plan was reached, where it is known: five_hour, seven_day …'),
  plan: z
    .array(PlanUse)
    .optional()
    .describe("how much of the plan's limits is used, as it was told last; absent where it was not"),
  resets_at: z
    .string()
    .nullable()
    .describe(
      'when the limit that ended it resets, or the earliest time for another try, where it is known; RFC 3339',
    ),
  session_id: z.string().nullable().describe("The agent's own id of the conversation."),
  model: z.string().nullable(),
  agent_version: z.string().nullable(),
  turns: z.int().nullable(),
  ...spent,
  machine: z
    .strictObject({
      load_per_core: z.number().describe('processes that wanted a processor, for each, when it began'),
      cpu_busy: z.number().nullable().describe("the part of the processors' time that was used, 0 to 1"),
      available_memory: z.number().nullable().describe('the least that was available, in bytes'),
      gpu_busy: z.number().nullable().describe('the same of GPUs, 0 to 1; null where there is none'),
    })
    .optional()
    .describe('What the machine did meanwhile, all that runs on it; absent where that is not known.'),
  validation: Validation.nullable().describe(
    'Where it was asked for; its cost and tokens are in those of the attempt.',
  ),
  uuid_proof: UuidProof.nullable().describe('null: none was asked for, or there is no answer'),
  findings: z
    .array(AttemptFinding)
    .describe('What in the answer does not fit what was seen; it changes no outcome by itself.'),
  checks: z.array(CheckRun).describe('The checks that were run, in their order; all rounds.'),
  fixes: z
    .array(Fix)
    .describe('What was done for checks that had failed; its cost and tokens are in those of the attempt.'),
  receipt: Sha256.nullable().describe('SHA-256 of its receipt; null: its evidence is missing'),
});
export type AttemptEnd = z.output<typeof AttemptEnd>;

const hook = { hook: z.string().describe('its name'), stage: z.enum(HOOK_STAGES) };
const raw = z.unknown().describe("The agent's own message, as it came; too large a one is only on disk.");
const end = (summary: string) => ({ summary, output: false, data: AttemptEnd });

/**
 * Every type of event. `output: true` marks what may be trimmed from a long log; the rest never is, because the
 * state of an execution is a fold of it.
 */
export const EVENTS = {
  'execution.queued': {
    summary: 'The execution was stored.',
    output: false,
    data: z.strictObject({
      total_tasks: z.int(),
      workspace: z.string(),
      lane: z.enum(['prompts', 'commands']),
    }),
  },
  'execution.started': {
    summary: 'A worker took it; its first task follows.',
    output: false,
    data: z.strictObject({ worker: z.string(), generation: z.int() }),
  },
  'execution.continued': {
    summary: 'Another worker took it, and goes on at the first task that is not settled.',
    output: false,
    data: z.strictObject({
      worker: z.string(),
      generation: z.int(),
      lost_worker: z.string().nullable().describe('the one before, when it died or was cut off'),
    }),
  },
  'execution.handed_back': {
    summary: 'Its worker was asked to stop, and gave it back.',
    output: false,
    data: z.strictObject({ worker: z.string(), generation: z.int() }),
  },
  'execution.rewound': {
    summary:
      'Redis came back without the last events: others have their numbers now. What is known of the tasks is kept.',
    output: false,
    data: z.strictObject({
      epoch: z.string().describe('the epoch of the events that are gone'),
      head: z.int().describe('seq of the last one'),
    }),
  },
  'execution.paused': {
    summary: 'It was paused: its processes stand still, and nothing new begins.',
    output: false,
    data: z.strictObject({
      reason: z.string().describe('user, auth_required or spend_limit'),
      message: z.string().optional().describe('what was told of it'),
      instructions: z.array(z.string()).optional().describe('the steps to fix it'),
    }),
  },
  'execution.resumed': {
    summary: 'It goes on.',
    output: false,
    data: z.strictObject({ status: z.enum(['queued', 'running']) }),
  },
  'execution.waiting': {
    summary: 'It waits until a known time; its slot is given back meanwhile.',
    output: false,
    data: z.strictObject({
      reason: z
        .enum(['backoff', 'burst', 'outage', 'usage_limit'])
        .describe('outage: the model fails or cannot be reached'),
      until: z.string().describe('RFC 3339'),
      message: z.string().optional().describe('what was told of it'),
    }),
  },
  'execution.cancelling': {
    summary: 'A cancel was accepted; its processes are being ended.',
    output: false,
    data: z.strictObject({ reason: z.string() }),
  },
  'execution.completed': { summary: 'Every task succeeded.', output: false, data: z.strictObject(totals) },
  'execution.failed': {
    summary: 'At least one task did not succeed.',
    output: false,
    data: z.strictObject({ ...totals, reason: z.string() }),
  },
  'execution.cancelled': {
    summary: 'It was cancelled, and no process of it is left.',
    output: false,
    data: z.strictObject(totals),
  },
  'task.started': {
    summary: 'An attempt at a task began.',
    output: false,
    data: z.strictObject({
      description: z.string(),
      agent: z.enum(['claude', 'command']),
      reason: z
        .enum(['first', 'retry', ...OUTCOME_CODES])
        .describe('Why there is this attempt: first, retry, or how the one before ended.'),
      prediction: Prediction.optional().describe('how long it is thought to take'),
      expected_rest: seconds.optional().describe('seconds that the tasks after it are thought to take'),
      limits: z
        .strictObject({ time: seconds, silence: seconds })
        .optional()
        .describe('with timeout "auto": after how many seconds it is ended, in all and in silence'),
      session: z
        .strictObject({
          id: z.string(),
          resumed: z.boolean().describe('true: it goes on in the conversation of the attempt before'),
          why: z.string().describe('why it does, or begins with a new context'),
        })
        .nullable()
        .describe("the agent's conversation; null for a command"),
    }),
  },
  'task.process': {
    summary: 'The process of the attempt was started.',
    output: false,
    data: z.strictObject({ pid: z.int(), pgid: z.int() }),
  },
  'task.output': {
    summary: 'What a command printed, as it came. Invalid UTF-8 comes as base64.',
    output: true,
    data: z.strictObject({
      stream: z.enum(['stdout', 'stderr']),
      data: z.string(),
      encoding: z.literal('base64').optional(),
    }),
  },
  'task.warning': {
    summary: 'Something worth knowing that did not end the attempt.',
    output: false,
    data: z.strictObject({ code: z.string(), message: z.string() }),
  },
  'task.amended': {
    summary: 'A fresh agent has rewritten the prompt, or could not; the task goes on with it.',
    output: false,
    data: Amendment,
  },
  'task.validating': {
    summary: 'The answer is there; a fresh agent judges it now.',
    output: false,
    data: z.strictObject({ on_invalid: z.enum(['warn', 'fail', 'retry']) }),
  },
  'task.validated': { summary: 'The answer was judged.', output: false, data: Validation },
  'task.checking': {
    summary: 'The task is done; a check of it is run now.',
    output: false,
    data: z.strictObject({
      command: z.string(),
      round: CheckRun.shape.round,
      number: z.int().positive().describe('which one of the round, from 1'),
      of: z.int().positive(),
    }),
  },
  'task.checked': { summary: 'A check has ended.', output: false, data: CheckRun },
  'task.fixing': {
    summary: 'Checks have failed; a fresh agent tries to fix what is wrong.',
    output: false,
    data: z.strictObject({
      round: Fix.shape.round,
      of: z.int().positive().describe('how often it may be tried'),
      failed: z.array(z.string()).describe('the commands that failed'),
    }),
  },
  'task.fixed': { summary: 'It has ended; the checks are run anew.', output: false, data: Fix },
  'task.finding': {
    summary: 'What the answer says and what was seen do not fit together.',
    output: false,
    data: AttemptFinding,
  },
  'task.stalled': {
    summary:
      'The task takes longer, or is silent for longer, than its kind has ever been seen to; it runs on.',
    output: false,
    data: z.strictObject({
      what: z.enum(['time', 'silence']),
      seconds: seconds.describe('how long it has run, or been silent, at least'),
      message: z.string(),
    }),
  },
  'task.reviewing': {
    summary: 'The prompt has changed files; a fresh agent reviews them now.',
    output: false,
    data: z.strictObject({
      files: z.array(z.string()).describe('paths in the workspace; at most 200'),
      total_files: z.int(),
    }),
  },
  'task.reviewed': { summary: 'What was changed has been reviewed.', output: false, data: Review },
  'task.completed': end('The task succeeded.'),
  'task.failed': end('The task failed.'),
  'task.timed_out': end('The task was ended because it took too long, or was silent for too long.'),
  'task.cancelled': end('The task was ended by a cancel.'),
  'task.interrupted': end('The attempt ended without settling the task: a new attempt follows, uncounted.'),
  'task.retrying': end('The attempt failed, and the task is tried again after a wait.'),
  'task.skipped': {
    summary: 'The task was never started.',
    output: false,
    data: z.strictObject({ reason: z.enum(['task_failed', 'cancelled', 'hook_refused']) }),
  },
  'hook.finished': {
    summary: 'A hook has answered.',
    output: false,
    data: z.strictObject({
      ...hook,
      proceed: z.boolean().describe('false: it refused what it was run before'),
      message: z.string().nullable(),
      execution_time: seconds.describe('seconds'),
    }),
  },
  'hook.amended': {
    summary:
      'A hook has changed what follows; the next hook gets it so, and the agent what the last one made of it.',
    output: false,
    data: z.strictObject({
      ...hook,
      env: z.array(z.string()).describe('names of the variables that it set; their values are not told'),
      prompt: z
        .strictObject({
          asked: z.string().describe('the prompt before'),
          sent: z.string().describe('and as the hook made it'),
        })
        .nullable()
        .describe('null: it changed none'),
    }),
  },
  'hook.warning': {
    summary: 'A hook failed; unless it is required, everything goes on as without it.',
    output: false,
    data: z.strictObject({
      ...hook,
      required: z.boolean(),
      message: z.string(),
      stderr: z.string().describe('the last 500 characters that it wrote there, at most'),
    }),
  },
  'hook.metrics': {
    summary: 'What the attempts of the execution took; by the built-in hook metrics.',
    output: false,
    data: z.strictObject({
      attempts: z.int(),
      retries: z.int().describe('attempts beyond the first of each task'),
      outcomes: z.record(z.string(), z.int()).describe('how many tasks ended so; skipped ones have none'),
      working_time: seconds.describe('seconds, of the last attempts of all tasks'),
      longest_task: z.int().nullable().describe('its number'),
      output_bytes: z.int(),
      turns: z.int(),
      ...spent,
    }),
  },
  'agent.init': {
    summary: 'The agent is up.',
    output: true,
    data: z.strictObject({
      session_id: z.string(),
      model: z.string(),
      version: z.string(),
      tools: z.array(z.string()),
      capabilities: z.array(z.string()).describe('of its protocol, as this version names them'),
      raw,
    }),
  },
  'agent.delta': {
    summary: 'Text of the agent, as it is generated.',
    output: true,
    data: z.strictObject({ text: z.string() }),
  },
  'agent.text': {
    summary: 'A whole block of text of the agent; it repeats its deltas.',
    output: true,
    data: z.strictObject({ text: z.string(), raw }),
  },
  'agent.tool_use': {
    summary: 'The agent uses a tool.',
    output: true,
    data: z.strictObject({ id: z.string(), name: z.string(), input: z.unknown(), raw }),
  },
  'agent.tool_result': {
    summary: 'What the tool gave.',
    output: true,
    data: z.strictObject({
      id: z.string(),
      is_error: z.boolean(),
      content: z.unknown(),
      exit_code: z.int().optional().describe('of the command that it ran, where the agent tells it'),
      raw,
    }),
  },
  'agent.retry': {
    summary: 'The agent repeats a request to the model by itself.',
    output: true,
    data: z.strictObject({
      attempt: z.int(),
      max_retries: z.int(),
      delay: seconds.describe('seconds'),
      status: z.int().nullable(),
      raw,
    }),
  },
  'agent.limit': {
    summary: "What the agent was told about the plan's limits.",
    output: true,
    data: z.strictObject({ status: z.string(), resets_at: z.string().nullable(), raw }),
  },
  'agent.result': {
    summary: "The agent's own account of its end.",
    output: true,
    data: z.strictObject({ subtype: z.string(), is_error: z.boolean(), raw }),
  },
  'agent.hook': {
    summary: "A hook of the agent's own settings, which a trusted workspace may bring along.",
    output: true,
    data: z.strictObject({
      id: z.string().describe('of this run of the hook'),
      name: z.string(),
      event: z.string().describe('when the agent runs it: PreToolUse, Stop …'),
      phase: z.enum(['started', 'progress', 'finished']),
      outcome: z.string().nullable().describe('of a finished one: success, error or cancelled'),
      exit_code: z.int().nullable(),
      output: z.string().describe('what it printed, so far or in all'),
      raw,
    }),
  },
  'agent.message': {
    summary: 'Any other message of the agent.',
    output: true,
    data: z.strictObject({ kind: z.string(), raw }),
  },
} as const satisfies Record<string, { summary: string; output: boolean; data: z.ZodType }>;

export type EventType = keyof typeof EVENTS;
export type EventData<T extends EventType> = z.output<(typeof EVENTS)[T]['data']>;
export const EVENT_TYPES = Object.keys(EVENTS) as [EventType, ...EventType[]];

/** An event before it is numbered; `task` and `attempt` from 1. */
export type NewEvent = {
  [T in EventType]: { type: T; task?: number; attempt?: number; data: EventData<T> };
}[EventType];

/** An event as it is stored and sent. */
export type ExecutionEvent = NewEvent & { seq: number; epoch: string; execution_id: string; at: string };

/** The envelope, for descriptions and for checks of what was received. */
export const EventEnvelope = z
  .strictObject({
    seq: z.int().positive().describe('1, 2, 3 … without a gap'),
    epoch: z
      .string()
      .describe('Changes when the log was lost and begun anew: a cursor of another epoch is void.'),
    execution_id: z.string(),
    at: z.iso.datetime({ precision: 3 }),
    type: z.enum(EVENT_TYPES),
    task: z.int().positive().optional(),
    attempt: z.int().positive().optional(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });
