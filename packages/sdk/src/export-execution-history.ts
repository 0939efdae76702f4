import type { CcExecutor } from './cc-executor.ts';
import { defaultClient } from './default-client.ts';
import { CcLocalError } from './errors.ts';
import type { HistoryOptions } from './history.ts';

export interface ExportOptions extends HistoryOptions {
  /** Default json: one document, `{rows}`. */
  format?: 'json' | 'csv' | undefined;
  /** Which server; default: the one that setDefaultClient has set, else that of CC_EXECUTOR_URL. */
  client?: CcExecutor;
}

/** Returns the history as one text; the client's `exportHistory` returns it as a stream. */
export async function exportExecutionHistory({
  format = 'json',
  client = defaultClient(),
  ...options
}: ExportOptions = {}): Promise<string> {
  const response = await client.exportHistory({ ...options, format });
  return await response.text().catch((error: unknown) => {
    options.signal?.throwIfAborted();
    throw new CcLocalError('UNREACHABLE', `${client.url} broke off.`, { cause: error });
  });
}
