import type { CcExecutor } from './cc-executor.ts';
import { defaultClient } from './default-client.ts';
import type { ReportOptions } from './execution.ts';

/**
 * Returns a report of an execution for people: the tasks, their results, and the verification. `client`: which
 * server; default: the one that setDefaultClient has set, else that of CC_EXECUTOR_URL.
 */
export async function generateReport(
  executionId: string,
  { client = defaultClient(), ...options }: ReportOptions & { client?: CcExecutor } = {},
): Promise<string> {
  return await client.attach(executionId).report(options);
}
