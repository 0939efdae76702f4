import { Verification } from '@cc-executor/contracts';
import { z } from 'zod';
import { executionId } from '../inputs.ts';
import { defineTool } from '../tool.ts';

export const verifyExecution = defineTool({
  name: 'verify_execution',
  title: 'What the evidence proves',
  description:
    'Checks the receipts of an execution from its files alone, every hash computed anew: for each task what is proven and what is not. Use it before you report a list as done; an agent that says it is done proves nothing.',
  input: z.strictObject({ execution_id: executionId }),
  output: z.looseObject(Verification.shape),
  readOnly: true,
  run: async ({ execution_id }, { client, signal }) => ({
    ...(await client.attach(execution_id).verification({ signal })),
  }),
});
