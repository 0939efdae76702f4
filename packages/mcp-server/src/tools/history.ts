import { ATTEMPT_STATUSES, HistoryRow } from '@cc-executor/contracts';
import { z } from 'zod';
import { fitting } from '../pages.ts';
import { defineTool } from '../tool.ts';

export const getExecutionHistory = defineTool({
  name: 'get_execution_history',
  title: 'What ran before',
  description:
    'What past attempts took and cost and how they ended, newest first, also of executions that are long gone. Use it to find an execution id again, or to judge how long a kind of task takes.',
  input: z.strictObject({
    execution_id: z.string().optional().describe('Only those of one execution.'),
    status: z.enum(ATTEMPT_STATUSES).optional().describe('Only those that ended so.'),
    from: z
      .string()
      .optional()
      .describe('Only those that ended since then: 2026-01-31T20:00:00Z, or 2026-01-31.'),
    limit: z.int().min(1).max(200).default(20).describe('The maximum number.'),
  }),
  output: z.looseObject({
    rows: z.array(z.looseObject(HistoryRow.shape)),
    left_out: z.int().describe('how many more there are than fit here: narrow the filters'),
  }),
  readOnly: true,
  run: async ({ execution_id, status, from, limit }, { client, signal }) => {
    const asked = { executionId: execution_id, status, from, limit, signal };
    const found = await Array.fromAsync(client.history(asked));
    const rows = fitting(found);
    return { rows, left_out: found.length - rows.length };
  },
});
