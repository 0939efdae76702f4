import type { CcExecutor } from '@cc-executor/sdk';

/** Returns the report of a time (default: the last day), made by the server. */
export async function nightReport(client: CcExecutor, { format, ...options }: NightOptions): Promise<string> {
  if (format === 'json') return `${JSON.stringify(await client.report(options), null, 2)}\n`;
  return await client.reportPage({ ...options, format });
}

interface NightOptions {
  since?: Date | undefined;
  until?: Date | undefined;
  label?: readonly string[] | undefined;
  format: 'markdown' | 'html' | 'json';
}
