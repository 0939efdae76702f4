import type { CcExecutor } from './cc-executor.ts';
import { defaultClient } from './default-client.ts';
import type { ReportOptions } from './execution.ts';

/**
 * A page for people about an execution: what was asked, what happened, what is proven, and what is not. `client`: which
 * server; default: the one that setDefaultClient has set, else that of CC_EXECUTOR_URL.
 */
export async function generateReport(
  executionId: string,
  { client = defaultClient(), ...options }: ReportOptions & { client?: CcExecutor } = {},
): Promise<string> {
  return await client.attach(executionId).report(options);
}
