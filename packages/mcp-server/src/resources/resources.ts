import { CcServerError, type CcExecutor } from '@cc-executor/sdk';
import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { refusal } from '../failure.ts';
import { monitorExecution } from '../tools/monitor.ts';
import { NOTICE } from '../untrusted.ts';

/** The number of events in a log resource; the tool monitor_execution has pages. */
const LOG_EVENTS = 200;

interface ExecutionResource {
  name: string;
  uri: string;
  title: string;
  description: string;
  read: (client: CcExecutor, id: string) => Promise<unknown>;
}

/** The resources of an execution, by its id. */
export const EXECUTION_RESOURCES: readonly ExecutionResource[] = [
  {
    name: 'execution',
    uri: 'cc-executor://executions/{id}',
    title: 'An execution',
    description: 'Everything about one execution, tasks included.',
    read: async (client, id) => ({ untrusted: await client.attach(id).details(), notice: NOTICE }),
  },
  {
    name: 'execution-log',
    uri: 'cc-executor://executions/{id}/log',
    title: 'The log of an execution',
    description: `Its first ${String(LOG_EVENTS)} events, without output; monitor_execution reads on.`,
    read: async (client, id) => {
      const patience = AbortSignal.timeout(30_000);
      return await monitorExecution.run(
        { execution_id: id, after: 0, limit: LOG_EVENTS, include_output: false },
        { client, signal: patience, stopping: patience, progress: async () => undefined, asTask: false },
      );
    },
  },
  {
    name: 'execution-receipts',
    uri: 'cc-executor://executions/{id}/receipts',
    title: 'The receipts of an execution',
    description: 'What each task really did: the receipt of its last attempt, if there is one.',
    read: async (client, id) => ({ untrusted: await receiptsOf(client, id), notice: NOTICE }),
  },
];

async function receiptsOf(client: CcExecutor, id: string) {
  const execution = client.attach(id);
  const { tasks } = await execution.details();
  const receipts = [];
  // Sequentially: a list may have a thousand.
  for (const { task_number, attempt } of tasks)
    if (attempt > 0) receipts.push(await execution.receipt(task_number).catch(unlessNone));
  return receipts.filter((receipt) => receipt !== null);
}

/** A running attempt has none yet. */
function unlessNone(error: unknown): null {
  if (error instanceof CcServerError && error.code === 'RECEIPT_NOT_FOUND') return null;
  throw error;
}

/** The address of the running configuration. */
export const CONFIGURATION = {
  name: 'configuration',
  uri: 'cc-executor://configuration',
  title: 'The running configuration',
  description: 'The settings that the API runs with; secrets are left out.',
} as const;

/** Adds all resources to a server. */
export function registerResources(server: McpServer, client: CcExecutor): void {
  const mimeType = 'application/json';
  const json = (uri: URL, value: unknown) => ({
    contents: [{ uri: uri.href, mimeType, text: JSON.stringify(value, null, 2) }],
  });
  for (const { name, uri, title, description, read } of EXECUTION_RESOURCES)
    server.registerResource(
      name,
      new ResourceTemplate(uri, { list: undefined }),
      { title, description, mimeType },
      async (address, { id = '' }) => json(address, await orRefusal(read(client, String(id)))),
    );
  const { name, uri, ...about } = CONFIGURATION;
  server.registerResource(name, uri, { ...about, mimeType }, async (address) =>
    json(address, await orRefusal(client.configuration())),
  );
}

async function orRefusal(reading: Promise<unknown>): Promise<unknown> {
  return await reading.catch((error: unknown) => {
    throw refusal(error);
  });
}
