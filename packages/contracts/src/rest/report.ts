import { z } from 'zod';
import { TaskKind } from '../language/agents.ts';
import { CheckRun } from '../language/check-runs.ts';
import { OUTCOME_CODES } from '../language/outcomes.ts';
import { spent } from '../language/spent.ts';
import { GitId } from '../language/snapshots.ts';
import { EXECUTION_STATUSES } from '../language/states.ts';

const time = z.string().describe('RFC 3339, UTC, milliseconds');
const seconds = z.number().nonnegative();
const count = z.int().nonnegative();

/** Which execution, or which task of it. */
const place = {
  execution_id: z.string().describe('the id of the execution'),
  list: z.string().nullable().describe('the title of the list; null: it concerns the installation'),
  task: z.int().positive().nullable().describe('null: the whole execution'),
  title: z
    .string()
    .describe('the name of the task, or the start of its text; of an execution: its title and progress'),
};

export const REPORT_NEEDS = [
  'login',
  'spend_limit',
  'paused',
  'contradicted',
  'damaged',
  'no_worker',
  'failed_list',
  'not_delivered',
] as const;

/** Executions that cannot continue, or should not be trusted, without a person. */
export const ReportNeed = z.strictObject({
  kind: z.enum(REPORT_NEEDS).describe('what needs a person'),
  ...place,
  execution_id: z.string().nullable().describe('null: it concerns the installation'),
  sentence: z.string().describe('the same as a sentence for people'),
  action: z.enum(['resume', 'look', 'start_worker']).describe('what to do about it'),
  todo: z.string().describe('as a sentence'),
});
export type ReportNeed = z.output<typeof ReportNeed>;

/** Lines of output that prove something. */
export const ReportProof = z.strictObject({
  from: z.enum(['check', 'stderr', 'stdout', 'answer', 'finding']).describe('where the text is from'),
  title: z.string().describe('e.g. the command of the check'),
  lines: z.array(z.string()).describe('the last lines, at most 12; empty: nothing was printed'),
  note: z.string().nullable().describe('why there are none, e.g. the output is no longer kept'),
});
export type ReportProof = z.output<typeof ReportProof>;

export const REPORT_NEWS = ['newly_failing', 'still_failing', 'passes_again', 'slower', 'dearer'] as const;
export type ReportNews = (typeof REPORT_NEWS)[number];

/** The differences from the last run of the same task. */
const news = z
  .array(
    z.strictObject({
      kind: z.enum(REPORT_NEWS).describe('what is new'),
      sentence: z.string().describe('the same as a sentence for people'),
    }),
  )
  .describe('what is new since a task with the same name or text last ran');

export const ReportFailure = z.strictObject({
  ...place,
  attempt: count.describe('the last attempt; 0: there was none'),
  kind: TaskKind.describe('prompt, command or tool'),
  status: z.enum(['failed', 'timed_out']).describe('how it ended'),
  outcome: z
    .enum(OUTCOME_CODES)
    .nullable()
    .describe('how its last attempt ended, by the table of outcomes; null: it has none'),
  sentence: z.string().describe('what happened, in the words of the outcome'),
  proof: z.array(ReportProof).describe('what it printed or found, as evidence of why it failed'),
  news,
  execution_time: seconds.nullable().describe('seconds, of the last attempt'),
  expected_time: seconds.nullable().describe('seconds; null: unknown'),
  cost_usd: spent.cost_usd,
  completed_at: time.nullable(),
});
export type ReportFailure = z.output<typeof ReportFailure>;

export const REPORT_VERDICTS = ['contradicted', 'unproven', 'checked', 'exit_code', 'answered'] as const;

/** A successful task: its claims beside the facts. */
export const ReportDone = z.strictObject({
  ...place,
  claim: z.string().nullable().describe('the start of the answer; null: none, as for commands'),
  choice: z
    .string()
    .nullable()
    .optional()
    .describe('which of several variants was taken, as a sentence; null: it has to do with none'),
  verdict: z
    .enum(REPORT_VERDICTS)
    .describe(
      'contradicted: the answer says what is not so; checked: all its checks passed; exit_code: a command that ended with 0; answered: a tool that its server has answered without an error; unproven: nothing contradicts it, and nothing was checked',
    ),
  proof: z.string().describe('what is known, as a sentence'),
  says_tests_pass: z.boolean().describe('whether the answer claims that tests pass'),
  warnings: z.array(z.string()).describe('its warnings, for people'),
  checks: z.array(CheckRun.pick({ command: true, outcome: true })).describe('its checks, and how each ended'),
  news,
  execution_time: seconds.nullable().describe('seconds, of the last attempt'),
  cost_usd: spent.cost_usd,
});
export type ReportDone = z.output<typeof ReportDone>;

export const ReportChange = z.strictObject({
  ...place,
  added: count.describe('files that were added'),
  changed: count.describe('files that were changed'),
  removed: count.describe('files that were removed'),
  paths: z.array(z.string()).describe('at most 10 of them'),
});
export type ReportChange = z.output<typeof ReportChange>;

/** The branch that has the work of an execution for a repository. */
export const ReportBranch = z.strictObject({
  execution_id: z.string().describe('the execution that worked on it'),
  list: z.string().describe('the title of the list'),
  branch: z.string().describe('its name'),
  commit: GitId.nullable().describe('what was delivered last; null: nothing is known to be'),
  repository: z.string().nullable().describe("its path on the server's machine; null: it is elsewhere"),
  is_delivered: z
    .boolean()
    .describe('true: nothing kept its commits from there; false: the workspace alone has all of the work'),
  sentence: z.string().describe('where the branch is, or why it is not'),
});
export type ReportBranch = z.output<typeof ReportBranch>;

const listed = (what: string) => `${what}; the first ones, as \`counts\` has them all`;

/** The report of a period, for a person who was away. Computed from stored facts only, without a model. */
export const Report = z
  .strictObject({
    since: time,
    until: time,
    generated_at: time,
    headline: z.string().describe('e.g. "50 tasks: 41 done, 5 failed, 2 need you"'),
    counts: z
      .strictObject({
        executions: count.describe('executions that were active in this time'),
        tasks: count.describe('of executions that were active in this time'),
        done: count.describe('succeeded'),
        failed: count.describe('failed or timed out, without variants beside one that was taken'),
        not_taken: count
          .optional()
          .describe('variants that did not succeed, beside one that was taken; absent: an earlier version'),
        not_run: count.describe('cancelled, or skipped because an earlier task did not succeed'),
        open: count.describe('not settled yet'),
        needs_you: count.describe('entries of needs_you'),
        contradicted: count.describe('those of `done` whose answer contradicts the evidence'),
        tests_claimed: count.describe('those of `done` whose answer says that tests pass'),
        tests_proven: count.describe(
          'those of `tests_claimed` whose checks all passed, without contradiction',
        ),
      })
      .describe('how much there is of each'),
    needs_you: z.array(ReportNeed).describe('what waits for a person'),
    failed: z.array(ReportFailure).describe(listed('the latest first')),
    waiting: z
      .array(
        z.strictObject({
          execution_id: z.string().describe('the id of the execution'),
          title: z.string().describe('its title'),
          until: time.nullable(),
          sentence: z.string().describe('the same as a sentence for people'),
        }),
      )
      .describe('executions that wait for a known time'),
    running: z
      .array(
        z.strictObject({
          execution_id: z.string().describe('the id of the execution'),
          title: z.string().describe('its title'),
          status: z.enum(EXECUTION_STATUSES).describe('its state'),
          current_task: z.string().nullable().describe('the task that runs; null: none'),
        }),
      )
      .describe('executions that run now'),
    done: z.array(ReportDone).describe(listed('those to look at first come first')),
    changed: z.array(ReportChange).describe('files, by task; the latest first'),
    branches: z.array(ReportBranch).describe('branches to look at, of lists that work for a repository'),
    times: z
      .strictObject({
        working: seconds.describe('seconds of all attempts that ended in this time'),
        waiting: seconds.describe('seconds between attempts: limits, pauses, retries'),
        queued: seconds.describe('seconds until the first task started'),
      })
      .describe('where the time went'),
    ...spent,
    cost_unknown: count.describe('prompts of unknown cost; not included in cost_usd'),
    partial: z.array(z.string()).describe('what is missing in this report, and why; empty: nothing is'),
  })
  .meta({ id: 'Report' });
export type Report = z.output<typeof Report>;
