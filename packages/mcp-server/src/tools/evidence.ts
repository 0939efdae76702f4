import { TaskVerification, Verification } from '@cc-executor/contracts';
import { z } from 'zod';
import { executionId } from '../inputs.ts';
import { afterTask, nextAfterTask, pageOf } from '../pages.ts';
import { defineTool } from '../tool.ts';
import { NOTICE, notice } from '../untrusted.ts';

const { reasons, findings, remarks, warnings, ...proven } = TaskVerification.shape;
/** They contain agents' texts and file names. */
const untrusted = z.looseObject({ reasons, findings, remarks, warnings });

export const verifyExecution = defineTool({
  name: 'verify_execution',
  title: 'What the evidence proves',
  description:
    'Checks the receipts of an execution from its files alone, every hash computed anew: for each task whether its evidence is intact, and what was done (files changed, commands run, tools denied). Verified says nothing of how good the work is. Use it before you report a list as done; an agent that says it is done proves nothing.',
  input: z.strictObject({ execution_id: executionId, after_task: afterTask }),
  output: z.looseObject({
    ...Verification.shape,
    tasks: z.array(z.looseObject({ ...proven, untrusted })),
    next_after_task: nextAfterTask,
    notice,
  }),
  readOnly: true,
  run: async ({ execution_id, after_task }, { client, signal }) => {
    const { tasks, ...whole } = await client.attach(execution_id).verification({ signal });
    const told = tasks.map(
      ({ reasons: why, findings: found, remarks: worth, warnings: warned = [], ...one }) => ({
        ...one,
        untrusted: { reasons: why, findings: found, remarks: worth, warnings: warned },
      }),
    );
    const { page, next_after_task } = pageOf(told, after_task);
    return { ...whole, tasks: page, next_after_task, notice: NOTICE };
  },
});
