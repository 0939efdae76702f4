import { HookStatus } from '@cc-executor/contracts';
import { z } from 'zod';
import { defineTool } from '../tool.ts';

export const getHookStatus = defineTool({
  name: 'get_hook_status',
  title: 'Which hooks run',
  description:
    "Which of the user's hooks run before and after executions and tasks, and how their last runs ended. Look here if tasks are rejected or changed unexpectedly.",
  input: z.strictObject({}),
  output: z.looseObject(HookStatus.shape),
  readOnly: true,
  run: async (_, { client, signal }) => ({ ...(await client.hookStatus({ signal })) }),
});
