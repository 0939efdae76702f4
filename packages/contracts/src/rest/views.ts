import { z } from 'zod';
import { AgentName, TaskKind } from '../language/agents.ts';
import { Amendment } from '../language/amendment.ts';
import { CarriedFrom } from '../language/carried.ts';
import { checkOptions } from './check-options.ts';
import { AttemptEnd } from '../events/attempt-end.ts';
import { Delivered } from '../events/workspace-events.ts';
import { PromptOptions } from './prompt-options.ts';
import { Prediction } from '../language/analysis.ts';
import { Finding } from '../language/findings.ts';
import { SkipReason } from '../language/skip-reasons.ts';
import { spent } from '../language/spent.ts';
import { EXECUTION_STATUSES, TASK_STATUSES } from '../language/states.ts';

const time = z.string().describe('RFC 3339, UTC, milliseconds');
const nullableTime = time.nullable();
const Links = z.record(z.string(), z.string()).describe('A link, relative to this server.');

const Warnings = z
  .array(z.strictObject({ task: z.int().describe('the number of the task, from 1'), ...Finding.shape }))
  .optional()
  .describe('Possible faults of the tasks, by number; absent if there are none.');

const rerunOf = z.string().optional().describe('the execution that it reruns; absent: none');
const carriedFrom = CarriedFrom.optional().describe(
  'the attempt of another execution that its result is from; absent: it ran, or will run, here',
);

const skipped = SkipReason.optional().describe(
  'why it was never started; absent: it was, or will be, or an earlier version did not store it',
);

export const Accepted = z
  .strictObject({
    execution_id: z.string().describe('the id of the execution'),
    status: z.enum(EXECUTION_STATUSES).describe('its state'),
    total_tasks: z.int().describe('tasks of the list'),
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
  not_taken_tasks: count.describe(
    'variants that did not succeed, beside one that was taken; they are in no other count but total_tasks',
  ),
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
  execution_id: z.string().describe('the id of the execution'),
  ...named,
  rerun_of: rerunOf,
  reruns: z.array(z.string()).optional().describe('the executions that rerun it; absent: none'),
  status: z.enum(EXECUTION_STATUSES).describe('its state'),
  reason: z.string().nullable().describe('Why it is paused, failed or cancelling.'),
  total_tasks: z.int().describe('tasks of the list'),
  completed_tasks: z.int().describe('tasks that succeeded'),
  failed_tasks: z
    .int()
    .describe('tasks that failed or timed out, without variants beside one that was taken'),
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
  delivered: Delivered.optional().describe(
    "what of the branch is in the user's repository, or in its remote; absent: nothing is known to be",
  ),
  waiting_for: z
    .string()
    .optional()
    .describe(
      'of a queued execution: the one that comes before it in its workspace, or in a part of it; absent: none',
    ),
};

export const StatusView = z
  .strictObject({
    ...summary,
    ...place,
    epoch: z
      .string()
      .describe('the life of the log: another one means that events were lost, and that numbers begin again'),
    head: z.int().describe('seq of the last event'),
  })
  .meta({ id: 'Status' });
export type StatusView = z.output<typeof StatusView>;

const ResultWarnings = z
  .array(
    z.strictObject({
      code: z.string().describe('of the tables of warnings and findings'),
      message: z.string().describe('what it says'),
    }),
  )
  .optional()
  .describe('its warnings; a completed task with any has completed with warnings');

const variant = z
  .strictObject({
    number: z.int().describe('its number among them, from 1'),
    of: z.int().describe('how many there are'),
    taken: z.boolean().optional().describe('whether it was taken; absent: none of them was, so far'),
  })
  .optional()
  .describe('which of several tasks of one prompt it is; absent: it is the only one');

const choice = z
  .string()
  .optional()
  .describe('which of several variants it has taken, as a sentence for people; absent: it has taken none');

export const TaskView = z
  .strictObject({
    task_number: z.int().describe('the number of the task, from 1'),
    name: z.string().nullable().describe('its name; null: none was given'),
    kind: TaskKind.describe('prompt, command or tool'),
    agent: AgentName.describe('what runs it'),
    text: z.string().describe('the prompt or the command'),
    timeout: z
      .union([z.number(), z.literal('auto')])
      .nullable()
      .describe('seconds'),
    prediction: Prediction.nullable().describe('the expected duration when its last attempt started'),
    retries: z.int().describe('how often it may be retried'),
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
    shared: z
      .literal(true)
      .optional()
      .describe('true: it only reads, in the workspace itself while others run; absent: it does not'),
    variant,
    picks: z
      .array(z.int())
      .optional()
      .describe('the numbers of the variants of which it picks one; absent: it picks none'),
    status: z.enum(TASK_STATUSES).describe('its state'),
    attempt: z.int().describe('the last attempt; 0: none yet, or none here'),
    carried_from: carriedFrom,
    skipped,
    not_run: z.string().optional().describe('the same as a sentence for people; absent as `skipped` is'),
    started_at: nullableTime,
    completed_at: nullableTime,
    amendment: Amendment.nullable().describe('the amended prompt, if that was requested'),
    end: AttemptEnd.nullable().describe('how the last attempt ended'),
    choice,
    status_text: statusText,
    warnings: ResultWarnings,
    ...spent,
  })
  .meta({ id: 'Task' });
export type TaskView = z.output<typeof TaskView>;

export const ExecutionView = z
  .strictObject({
    ...StatusView.shape,
    workspace: z.string().describe('the folder below the workspaces root in which its tasks work'),
    on_failure: z
      .enum(['stop', 'continue', 'skip_dependents'])
      .describe('what happens to the remaining tasks if a task does not succeed'),
    ...checkOptions,
    tasks: z.array(TaskView).describe('its tasks, in their order'),
    links: Links,
  })
  .meta({ id: 'Execution' });
export type ExecutionView = z.output<typeof ExecutionView>;

export const ExecutionPage = z
  .strictObject({
    executions: z.array(z.strictObject(summary)).describe('the executions of this page, newest first'),
    next_cursor: z.string().nullable().describe('the `cursor` of the next page; null: this is the last one'),
  })
  .meta({ id: 'ExecutionPage' });
export type ExecutionPage = z.output<typeof ExecutionPage>;

export const TaskResult = z
  .strictObject({
    task_number: z.int().describe('the number of the task, from 1'),
    task_description: z.string().describe('its name, or the start of its text'),
    status: z.enum(TASK_STATUSES).describe('its state'),
    outcome: AttemptEnd.shape.outcome
      .nullable()
      .describe('how its last attempt ended, by the table of outcomes; null: it has not ended'),
    message: z.string().nullable().describe('why it ended so, or was not run; null: nothing to say'),
    attempt: z.int().describe('the number of its last attempt, from 1; 0: none began'),
    carried_from: carriedFrom,
    skipped,
    exit_code: z.int().nullable().describe('null for prompts, and if a signal ended it'),
    signal: z.string().nullable().describe('the signal that ended the process; null: none'),
    stdout: z.string().describe('its start: at most 64 KiB, or less if more than 100 tasks have that much'),
    stderr: z.string().describe('as for stdout'),
    result: z.string().nullable().describe("a prompt's answer, at most 64 KiB"),
    json: AttemptEnd.shape.json,
    validation: AttemptEnd.shape.validation,
    amendment: TaskView.shape.amendment,
    uuid_proof: AttemptEnd.shape.uuid_proof,
    status_text: statusText,
    warnings: ResultWarnings,
    variant,
    picked: AttemptEnd.shape.picked,
    choice,
    denials: AttemptEnd.shape.denials,
    findings: AttemptEnd.shape.findings,
    checks: AttemptEnd.shape.checks,
    fixes: AttemptEnd.shape.fixes,
    truncated: z.boolean().describe('true if stdout, stderr, result or json is cut here'),
    execution_time: AttemptEnd.shape.execution_time,
    paused_time: AttemptEnd.shape.paused_time,
    started_at: nullableTime,
    completed_at: nullableTime,
    session_id: z.string().nullable().describe("the id of the agent's conversation; null: it has none"),
    agent_version: z.string().nullable().describe('of the program that ran the prompt'),
    model: z.string().nullable().describe('the model that answered; null: none did'),
    ...spent,
    links: Links,
  })
  .meta({ id: 'TaskResult' });
export type TaskResult = z.output<typeof TaskResult>;

export const ResultsView = z
  .strictObject({
    execution_id: z.string().describe('the id of the execution'),
    ...named,
    rerun_of: rerunOf,
    status: z.enum(EXECUTION_STATUSES).describe('its state'),
    total_tasks: z.int().describe('tasks of the list'),
    completed_tasks: z.int().describe('tasks that succeeded'),
    failed_tasks: z
      .int()
      .describe('tasks that failed or timed out, without variants beside one that was taken'),
    ...counts,
    progress: progress.optional(),
    status_text: statusText,
    workspace: z.string().optional().describe('the folder below the workspaces root'),
    branch: ExecutionView.shape.branch,
    delivered: ExecutionView.shape.delivered,
    results: z.array(TaskResult).describe('the result of each task, in their order'),
    started_at: nullableTime,
    completed_at: nullableTime,
    total_execution_time: z
      .number()
      .nullable()
      .describe('seconds from its start, so far or in total; with waits and pauses'),
    ...spent,
    warnings: Warnings.describe(
      'Findings about the tasks, only in the response of POST /execute; absent if there are none.',
    ),
  })
  .meta({ id: 'Results' });
export type ResultsView = z.output<typeof ResultsView>;

export const StateView = z
  .strictObject({
    execution_id: z.string().describe('the id of the execution'),
    status: z.enum(EXECUTION_STATUSES).describe('its state'),
  })
  .meta({ id: 'State' });

export const AuthStatus = z
  .strictObject({
    status: z.enum(['authenticated', 'not_authenticated']).describe('whether prompts can run'),
    method: z
      .enum(['api_key', 'oauth_token', 'api_key_helper', 'claude_login', 'third_party', 'none'])
      .describe('the credential that was used'),
    message: z.string().describe('the state of the credential, for people'),
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
        outcome: AttemptEnd.shape.outcome.describe('how the attempt ended, by the table of outcomes'),
        message: z.string().nullable().describe('what it said; null: nothing'),
      })
      .optional()
      .describe('when and how it was last refused or at its limit; an expired login looks valid until then'),
  })
  .meta({ id: 'AuthStatus' });
export type AuthStatus = z.output<typeof AuthStatus>;

const Check = z.strictObject({
  status: z
    .enum(['ok', 'failed', 'unknown'])
    .describe('whether this part works; unknown: it has not shown it yet, as a credential that is not used'),
  message: z.string().describe('what it found, for people'),
});
export const Health = z
  .strictObject({
    status: z
      .enum(['healthy', 'degraded', 'unhealthy'])
      .describe('the worst of its checks: degraded takes lists and may not run them'),
    service: z.string().describe('which service answers'),
    version: z.string().describe('the version of cc-executor'),
    timestamp: time,
    checks: z.record(z.string(), Check).describe('what was checked, by name'),
  })
  .meta({ id: 'Health' });
export type Health = z.output<typeof Health>;

/** The settings of the API. */
export const Configuration = z
  .strictObject({
    version: z.string().describe('the version of cc-executor'),
    settings: z.record(z.string(), z.unknown()).describe('by name, without secrets'),
    units: z
      .record(z.string(), z.enum(['bytes', 'seconds']))
      .optional()
      .describe('of the settings that are a size or a duration; absent: an earlier version'),
  })
  .meta({ id: 'Configuration' });
export type Configuration = z.output<typeof Configuration>;

/** An error of REST: RFC 9457, with a stable code and, for bad input, every fault. */
export const Problem = z
  .strictObject({
    type: z.string().describe('an address that stands for this kind of error'),
    title: z.string().describe('the kind of error, for people'),
    status: z.int().describe('the HTTP status'),
    detail: z.string().describe('what went wrong this time, for people'),
    code: z.string().describe('the kind of error, by the table of errors'),
    request_id: z.string().describe('the id of the request, as in the log of the server'),
    errors: z
      .array(
        z.strictObject({
          path: z.string().describe('where the fault is, as the caller sent it'),
          message: z.string().describe('what is wrong there'),
        }),
      )
      .optional()
      .describe('all faults of the request, if it was invalid'),
    instructions: z.array(z.string()).optional().describe('the steps that fix it'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof Problem>;
