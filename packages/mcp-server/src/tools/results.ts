import { ResultsView, TaskResult } from '@cc-executor/contracts';
import type { TaskResult as Result } from '@cc-executor/sdk';
import { isTerminal } from '@cc-executor/contracts/states';
import { z } from 'zod';
import { executionId } from '../inputs.ts';
import { afterTask, nextAfterTask, pageOf } from '../pages.ts';
import { defineTool } from '../tool.ts';
import { cut, NOTICE, notice } from '../untrusted.ts';

const fields = TaskResult.pick({
  task_number: true,
  task_description: true,
  status: true,
  status_text: true,
  outcome: true,
  attempt: true,
  exit_code: true,
  signal: true,
  execution_time: true,
  cost_usd: true,
}).shape;
const names = ['result', 'stdout', 'stderr', 'message'] as const;

const result = z.looseObject({
  ...fields,
  untrusted: z.looseObject({
    result: z.string().nullable(),
    stdout: z.string().describe('empty if it would only repeat the result'),
    stderr: z.string(),
    message: z.string().nullable(),
    warnings: TaskResult.shape.warnings,
    denials: TaskResult.shape.denials,
    json: z.unknown(),
  }),
  cut: z
    .array(z.string())
    .describe(
      'which texts are longer than what is here (stored: longer than 64 KiB); get_output has the rest',
    ),
});

export const getResults = defineTool({
  name: 'get_results',
  title: 'What the tasks gave',
  description:
    'The result of each task, so far or at the end, in pages: how it ended, its answer or output, its cost. Long texts are cut; get_output has the rest. A page ends early if it is full: continue with next_after_task.',
  input: z.strictObject({
    execution_id: executionId,
    after_task: afterTask,
    max_tasks: z.int().min(1).max(100).default(20).describe('The most tasks of a page.'),
    max_characters: z.int().min(100).max(50_000).default(4000).describe('The most of each text.'),
  }),
  output: z.looseObject({
    execution_id: z.string(),
    status: z.string(),
    ended: z.boolean(),
    total_tasks: z.int(),
    completed_tasks: z.int(),
    failed_tasks: z.int(),
    warned_tasks: ResultsView.shape.warned_tasks,
    not_run_tasks: ResultsView.shape.not_run_tasks,
    progress: ResultsView.shape.progress,
    status_text: ResultsView.shape.status_text,
    results: z.array(result),
    next_after_task: nextAfterTask,
    notice,
  }),
  readOnly: true,
  run: async ({ execution_id, after_task, max_tasks, max_characters }, { client, signal }) => {
    const all = await client.attach(execution_id).results({ signal });
    const results = all.results.map((one) => brief(one, max_characters));
    const { page, next_after_task } = pageOf(results, after_task, max_tasks);
    const { status, total_tasks, completed_tasks, failed_tasks } = all;
    const { warned_tasks, not_run_tasks, progress, status_text } = all;
    return {
      execution_id,
      status,
      total_tasks,
      completed_tasks,
      failed_tasks,
      warned_tasks,
      not_run_tasks,
      progress,
      status_text,
      ended: isTerminal(status),
      results: page,
      next_after_task,
      notice: NOTICE,
    };
  },
});

function brief(one: Result, most: number): z.input<typeof result> {
  const texts = names.map((name) => ({ name, ...cut(one[name] ?? '', most) }));
  const text = (name: (typeof names)[number]) => texts.find((each) => each.name === name)?.text ?? '';
  const isLongJson = (JSON.stringify(one.json) ?? '').length > most;
  const known = Object.fromEntries(
    Object.keys(fields).map((name) => [name, one[name as keyof typeof fields]]),
  ) as Pick<Result, keyof typeof fields>;
  return {
    ...known,
    untrusted: {
      result: one.result === null ? null : text('result'),
      stdout: one.stdout.trim() === one.result?.trim() ? '' : text('stdout'),
      stderr: text('stderr'),
      message: one.message === null ? null : text('message'),
      ...(one.warnings ? { warnings: one.warnings } : {}),
      ...(one.denials ? { denials: one.denials } : {}),
      json: isLongJson ? null : one.json,
    },
    cut: [
      ...texts.filter(({ wasCut }) => wasCut).map(({ name }) => name),
      ...(isLongJson ? ['json'] : []),
      ...(one.truncated ? ['stored'] : []),
    ],
  };
}
