import { z } from 'zod';
import { AgentName, TaskKind } from '../language/agents.ts';
import { Amendment } from '../language/amendment.ts';
import { CarriedFrom } from '../language/carried.ts';
import { checkOptions } from './check-options.ts';
import { AttemptEnd } from '../events/attempt-end.ts';
import { PromptOptions } from './prompt-options.ts';
import { Prediction } from '../language/analysis.ts';
import { Finding } from '../language/findings.ts';
import { spent } from '../language/spent.ts';
import { EXECUTION_STATUSES, TASK_STATUSES } from '../language/states.ts';

const time = z.string().describe('RFC 3339, UTC, milliseconds');
const nullableTime = time.nullable();
const Links = z.record(z.string(), z.string()).describe('A link, relative to this server.');

const Warnings = z
  .array(z.strictObject({ task: z.int(), ...Finding.shape }))
  .optional()
  .describe('Possible faults of the tasks, by number; absent if there are none.');

const rerunOf = z.string().optional().describe('the execution that it reruns; absent: none');
const carriedFrom = CarriedFrom.optional().describe(
  'the attempt of another execution that its result is from; absent: it ran, or will run, here',
);

export const Accepted = z
  .strictObject({
    execution_id: z.string(),
    status: z.enum(EXECUTION_STATUSES),
    total_tasks: z.int(),
    rerun_of: rerunOf,
    links: Links,
    warnings: Warnings,
  })
  .meta({ id: 'Accepted' });
export type Accepted = z.output<typeof Accepted>;

const count = z.int().optional();
const counts = {
  timed_out_tasks: count.describe('those of failed_tasks that timed out'),
  skipped_tasks: count.describe(
    'tasks that never started: an earlier one did not succeed, or their condition was not met',
  ),
  cancelled_tasks: count.describe('tasks that a cancel ended or prevented from starting'),
  not_run_tasks: count.describe('tasks that never started and never will, for either reason'),
  warned_tasks: count.describe('those of completed_tasks that completed with warnings'),
};
const statusText = z.string().optional().describe('the state for people, e.g. "completed with warnings"');
const progress = z
  .string()
  .describe(
    'e.g. "1/3 tasks completed"; counts the succeeded ones, and adds what else happened: "1/50 tasks completed, 1 failed, 48 not run"',
  );

const named = {
  title: z
    .string()
    .nullable()
    .optional()
    .describe('its title, or its first task and the number of others; null: an earlier version stored it'),
  labels: z.record(z.string(), z.string()).optional().describe('as submitted'),
};

const summary = {
  execution_id: z.string(),
  ...named,
  rerun_of: rerunOf,
  reruns: z.array(z.string()).optional().describe('the executions that rerun it; absent: none'),
  status: z.enum(EXECUTION_STATUSES),
  reason: z.string().nullable().describe('Why it is paused, failed or cancelling.'),
  total_tasks: z.int(),
  completed_tasks: z.int().describe('tasks that succeeded'),
  failed_tasks: z.int().describe('tasks that failed or timed out'),
  settled_tasks: z.int().describe('tasks that will not run again'),
  ...counts,
  progress,
  status_text: statusText,
  current_task: z.string().nullable().describe('e.g. "Task 2: write the tests": the first of those that run'),
  running_tasks: z.array(z.string()).describe('all tasks that run, in their order'),
  created_at: time,
  started_at: nullableTime,
  completed_at: nullableTime,
  waiting_until: nullableTime.describe(
    'when a waiting execution continues, or a paused one retries its credential',
  ),
  expected_time: z
    .number()
    .nullable()
    .describe('expected seconds of the current task in total; null if none runs'),
  remaining_time: z
    .number()
    .nullable()
    .describe('expected seconds from now on, without waits; null: unknown'),
  ...spent,
};

const place = {
  workspace: z
    .string()
    .optional()
    .describe('the folder below the workspaces root; absent: an earlier version stored it'),
  branch: z.string().optional().describe('the branch for the work, if it has a repository'),
};

export const StatusView = z
  .strictObject({
    ...summary,
    ...place,
    epoch: z.string(),
    head: z.int().describe('seq of the last event'),
  })
  .meta({ id: 'Status' });
export type StatusView = z.output<typeof StatusView>;

const ResultWarnings = z
  .array(
    z.strictObject({
      code: z.string().describe('of the tables of warnings and findings'),
      message: z.string(),
    }),
  )
  .optional()
  .describe('its warnings; a completed task with any has completed with warnings');

export const TaskView = z
  .strictObject({
    task_number: z.int(),
    name: z.string().nullable(),
    kind: TaskKind,
    agent: AgentName,
    text: z.string().describe('the prompt or the command'),
    timeout: z
      .union([z.number(), z.literal('auto')])
      .nullable()
      .describe('seconds'),
    prediction: Prediction.nullable().describe('the expected duration when its last attempt started'),
    retries: z.int(),
    options: PromptOptions.describe(
      'as submitted, without possible secrets of MCP servers (environment, headers)',
    ),
    ...checkOptions,
    needs: z
      .array(z.int())
      .optional()
      .describe('the numbers of the tasks that it needs; absent: the task before it'),
    when: z
      .enum(['success', 'always', 'failure'])
      .optional()
      .describe('when it runs; absent: as on_failure says'),
    status: z.enum(TASK_STATUSES),
    attempt: z.int().describe('the last attempt; 0: none yet, or none here'),
    carried_from: carriedFrom,
    started_at: nullableTime,
    completed_at: nullableTime,
    amendment: Amendment.nullable().describe('the amended prompt, if that was requested'),
    end: AttemptEnd.nullable().describe('how the last attempt ended'),
    status_text: statusText,
    warnings: ResultWarnings,
    ...spent,
  })
  .meta({ id: 'Task' });
export type TaskView = z.output<typeof TaskView>;

export const ExecutionView = z
  .strictObject({
    ...StatusView.shape,
    workspace: z.string(),
    on_failure: z.enum(['stop', 'continue', 'skip_dependents']),
    ...checkOptions,
    tasks: z.array(TaskView),
    links: Links,
  })
  .meta({ id: 'Execution' });
export type ExecutionView = z.output<typeof ExecutionView>;

export const ExecutionPage = z
  .strictObject({
    executions: z.array(z.strictObject(summary)),
    next_cursor: z.string().nullable().describe('the `cursor` of the next page; null: this is the last one'),
  })
  .meta({ id: 'ExecutionPage' });
export type ExecutionPage = z.output<typeof ExecutionPage>;

export const TaskResult = z
  .strictObject({
    task_number: z.int(),
    task_description: z.string(),
    status: z.enum(TASK_STATUSES),
    outcome: AttemptEnd.shape.outcome.nullable(),
    message: z.string().nullable(),
    attempt: z.int(),
    carried_from: carriedFrom,
    exit_code: z.int().nullable().describe('null for prompts, and if a signal ended it'),
    signal: z.string().nullable(),
    stdout: z.string().describe('its start: at most 64 KiB, or less if more than 100 tasks have that much'),
    stderr: z.string().describe('as for stdout'),
    result: z.string().nullable().describe("a prompt's answer, at most 64 KiB"),
    json: AttemptEnd.shape.json,
    validation: AttemptEnd.shape.validation,
    amendment: TaskView.shape.amendment,
    uuid_proof: AttemptEnd.shape.uuid_proof,
    status_text: statusText,
    warnings: ResultWarnings,
    denials: AttemptEnd.shape.denials,
    findings: AttemptEnd.shape.findings,
    checks: AttemptEnd.shape.checks,
    fixes: AttemptEnd.shape.fixes,
    truncated: z.boolean().describe('true if stdout, stderr, result or json is cut here'),
    execution_time: z.number().nullable().describe('seconds'),
    started_at: nullableTime,
    completed_at: nullableTime,
    session_id: z.string().nullable(),
    agent_version: z.string().nullable().describe('of the program that ran the prompt'),
    model: z.string().nullable(),
    ...spent,
    links: Links,
  })
  .meta({ id: 'TaskResult' });
export type TaskResult = z.output<typeof TaskResult>;

export const ResultsView = z
  .strictObject({
    execution_id: z.string(),
    ...named,
    rerun_of: rerunOf,
    status: z.enum(EXECUTION_STATUSES),
    total_tasks: z.int(),
    completed_tasks: z.int(),
    failed_tasks: z.int(),
    ...counts,
    progress: progress.optional(),
    status_text: statusText,
    workspace: z.string().optional().describe('the folder below the workspaces root'),
    branch: ExecutionView.shape.branch,
    results: z.array(TaskResult),
    started_at: nullableTime,
    completed_at: nullableTime,
    total_execution_time: z.number().nullable().describe('seconds, so far or in total'),
    ...spent,
    warnings: Warnings.describe(
      'Findings about the tasks, only in the response of POST /execute; absent if there are none.',
    ),
  })
  .meta({ id: 'Results' });
export type ResultsView = z.output<typeof ResultsView>;

export const StateView = z
  .strictObject({ execution_id: z.string(), status: z.enum(EXECUTION_STATUSES) })
  .meta({ id: 'State' });

export const AuthStatus = z
  .strictObject({
    status: z.enum(['authenticated', 'not_authenticated']),
    method: z
      .enum(['api_key', 'oauth_token', 'api_key_helper', 'claude_login', 'third_party', 'none'])
      .describe('the credential that was used'),
    message: z.string(),
    instructions: z.array(z.string()).optional().describe('the exact steps to fix it'),
    credential: z
      .strictObject({
        state: z.enum(['found', 'works', 'refused']).describe('found: it exists, but has not been used yet'),
        at: time.optional().describe('when that was found'),
        by: z
          .enum(['prompt', 'try'])
          .optional()
          .describe('how it was found: by a prompt, or by a test request'),
        message: z.string().optional().describe('the text of a refusal'),
      })
      .optional()
      .describe('the state of the credential; absent: none'),
    last_success_at: time.optional().describe('when a prompt last succeeded with this credential'),
    last_failure: z
      .strictObject({
        at: time,
        outcome: AttemptEnd.shape.outcome,
        message: z.string().nullable(),
      })
      .optional()
      .describe('when and how it was last refused or at its limit; an expired login looks valid until then'),
  })
  .meta({ id: 'AuthStatus' });
export type AuthStatus = z.output<typeof AuthStatus>;

const Check = z.strictObject({ status: z.enum(['ok', 'failed']), message: z.string() });
export const Health = z
  .strictObject({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    service: z.string(),
    version: z.string(),
    timestamp: time,
    checks: z.record(z.string(), Check),
  })
  .meta({ id: 'Health' });
export type Health = z.output<typeof Health>;

/** The settings of the API. */
export const Configuration = z
  .strictObject({
    version: z.string(),
    settings: z.record(z.string(), z.unknown()).describe('by name, without secrets'),
  })
  .meta({ id: 'Configuration' });
export type Configuration = z.output<typeof Configuration>;

/** An error of REST: RFC 9457, with a stable code and, for bad input, every fault. */
export const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    instructions: z.array(z.string()).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof Problem>;
