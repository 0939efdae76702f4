import { TaskVerification, Verification, VERDICTS, type Verdict } from '@cc-executor/contracts';
import type { CcExecutor } from '@cc-executor/sdk';
import { z } from 'zod';
import { executionIdOrNewest } from '../inputs.ts';
import { namedOrNewest, newestExecutions } from '../newest.ts';
import { afterTask, fitting, nextAfterTask, pageOf } from '../pages.ts';
import { defineTool } from '../tool.ts';
import { cut, NOTICE, notice } from '../untrusted.ts';

const { reasons, findings, remarks, warnings, ...proven } = TaskVerification.shape;
/** They contain agents' texts and file names. */
const untrusted = z.looseObject({ reasons, findings, remarks, warnings });
const { execution_id, status, verdict, signed_by } = Verification.shape;

/** The most executions of one call. */
const MOST = 50;
/** The most characters of a report, which has its own page in the API. */
const REPORT_CHARACTERS = 20_000;

/** One of several executions. */
const brief = z.looseObject({
  execution_id,
  status,
  verdict,
  signed_by,
  tasks: z.record(z.enum(VERDICTS), z.int()).describe('how many tasks have each verdict'),
  untrusted: z.looseObject({ reasons: Verification.shape.reasons }),
});

export const verifyExecution = defineTool({
  name: 'verify_execution',
  title: 'What the evidence proves',
  description:
    'Checks the receipts of an execution from its files alone, and recomputes every hash: for each task whether its evidence is intact, and what was done (files changed, commands run, tools denied). Verified says nothing of how good the work is. Use it before you report a list as done; an agent that says it is done proves nothing.',
  input: z
    .strictObject({
      execution_id: executionIdOrNewest,
      after_task: afterTask,
      last_n: z
        .int()
        .min(1)
        .max(MOST)
        .optional()
        .describe('Instead of an id: the number of newest executions to check, without their tasks.'),
      generate_report: z.boolean().optional().describe('True: also a report, as Markdown.'),
    })
    .refine((asked) => asked.last_n === undefined || asked.execution_id === undefined, {
      path: ['last_n'],
      message: 'is in place of execution_id: give one of them',
    }),
  output: z.looseObject({
    ...Verification.partial().shape,
    verdict: verdict.describe('of several executions: the worst of them'),
    tasks: z.array(z.looseObject({ ...proven, untrusted })).optional(),
    next_after_task: nextAfterTask.optional(),
    executions: z.array(brief).optional().describe('newest first'),
    left_out: z.int().optional().describe('how many more executions there are than fit here: request fewer'),
    report: z.looseObject({ untrusted: z.string(), cut: z.boolean() }).optional(),
    notice,
  }),
  readOnly: true,
  run: async ({ execution_id: named, after_task, last_n, generate_report = false }, { client, signal }) => {
    if (last_n !== undefined) return await verifyNewest(client, last_n, generate_report, signal);
    const id = await namedOrNewest(client, named, signal);
    const { tasks, ...whole } = await client.attach(id).verification({ signal });
    const told = tasks.map(
      ({ reasons: why, findings: found, remarks: worth, warnings: warned = [], ...one }) => ({
        ...one,
        untrusted: { reasons: why, findings: found, remarks: worth, warnings: warned },
      }),
    );
    const { page, next_after_task } = pageOf(told, after_task);
    const report = generate_report ? await reportOn(client, [id], signal) : {};
    return { ...whole, tasks: page, next_after_task, ...report, notice: NOTICE };
  },
});

async function verifyNewest(client: CcExecutor, count: number, withReport: boolean, signal: AbortSignal) {
  const ids = await newestExecutions(client, count, signal);
  const found: z.input<typeof brief>[] = [];
  // Sequentially: each computes every hash again.
  for (const id of ids) {
    const { tasks, reasons: why, ...whole } = await client.attach(id).verification({ signal });
    const counts = Object.fromEntries(
      VERDICTS.map((one) => [one, tasks.filter((task) => task.verdict === one).length]),
    ) as Record<Verdict, number>;
    found.push({ ...whole, tasks: counts, untrusted: { reasons: why } });
  }
  const worst = VERDICTS.findLast((one) => found.some((each) => each.verdict === one)) ?? 'unverified';
  const executions = fitting(found);
  const report = withReport ? await reportOn(client, ids, signal) : {};
  return {
    verdict: worst,
    executions,
    left_out: found.length - executions.length,
    ...report,
    notice: NOTICE,
  };
}

async function reportOn(client: CcExecutor, ids: readonly string[], signal: AbortSignal) {
  const pages: string[] = [];
  for (const id of ids) pages.push(await client.attach(id).report({ signal }));
  const { text, wasCut } = cut(pages.join('\n\n'), REPORT_CHARACTERS);
  return { report: { untrusted: text, cut: wasCut } };
}
