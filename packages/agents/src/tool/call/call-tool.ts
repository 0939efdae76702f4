import { closestTo } from '@cc-executor/contracts/suggest';
import {
  Client,
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  type CallToolResult,
  type Tool,
  type Transport,
} from '@modelcontextprotocol/client';
import { fieldsOf, nameOr, wordsOf } from '../../lines/foreign.ts';
import { textOfAnswer } from './content.ts';
import { NO_ANSWER } from './no-answer.ts';
import type { CallEnd, CallSpec } from './spec.ts';
import { isTooLarge } from './too-large.ts';

export interface CallOptions {
  transport: Transport;
  /** Ends the call early, with a cancellation to the server. */
  signal: AbortSignal;
  /** Called with the server's name and version when it is ready. */
  onConnected: (server: unknown) => void;
  /** Called with each report of progress. */
  onProgress: (progress: unknown) => void;
  /** Called at every other sign of life of the server. */
  onLife: () => void;
  /** Called with the whole answer and its text. */
  onAnswer: (answer: CallToolResult, text: string) => void;
}

/** Longer than any timeout of a task, which is what ends a call; in milliseconds. */
const NEVER_MS = 2 ** 31 - 1;
const INVALID_PARAMS: number = ProtocolErrorCode.InvalidParams;
const NAMED_TOOLS = 20;
const NAMED_FAULTS = 3;
const TOLD_CHARACTERS = 500;

/** Makes one call of one tool and closes the connection. Never rejects, except when it was aborted. */
export async function callTool(spec: CallSpec, options: CallOptions): Promise<CallEnd> {
  const { transport, signal } = options;
  const client = new Client(
    { name: 'cc-executor', version: '1' },
    // Over stdio a server may end at a question that it does not know: it is asked as all servers understand.
    { versionNegotiation: { mode: spec.server.command === undefined ? 'auto' : 'legacy' } },
  );
  let fault: Error | undefined;
  Object.assign(client, {
    onerror: (error: Error) => {
      if (isTooLarge(error)) fault = error;
    },
  });
  client.fallbackNotificationHandler = async () => options.onLife();
  let step: Step = 'start';
  try {
    await within(spec.startSeconds, signal, async (until) => {
      await client.connect(transport, { timeout: NEVER_MS, signal: until });
    });
    options.onConnected(client.getServerVersion());
    step = 'list';
    let tools: readonly Tool[] = [];
    await within(spec.startSeconds, signal, async (until) => {
      ({ tools } = await client.listTools(undefined, { timeout: NEVER_MS, signal: until }));
    });
    const tool = tools.find(({ name }) => name === spec.tool);
    if (tool === undefined) return end(client, 'tool_not_found', notFound(spec, tools));
    const misfit = await faultOf(tool.inputSchema, spec.arguments);
    if (misfit !== null)
      return end(
        client,
        'invalid_arguments',
        `The arguments do not fit the input schema of ${spec.tool}: ${misfit}.`,
      );
    step = 'call';
    const answer = await client.callTool(
      { name: spec.tool, arguments: spec.arguments },
      {
        timeout: NEVER_MS,
        signal,
        onprogress: options.onProgress,
        // Its output is checked below, like its input.
        toolDefinition: { ...tool, outputSchema: undefined },
      },
    );
    const text = textOfAnswer(answer);
    options.onAnswer(answer, text);
    return await endOf(client, tool, answer, text);
  } catch (error) {
    signal.throwIfAborted();
    return failed(client, spec, step, fault ?? error);
  } finally {
    await client.close().catch(() => undefined);
  }
}

/** It is loaded, and made ready by a first use, while the server starts or there is no work yet. */
const rules = import('@cc-executor/task-rules/json-schema').then((loaded) => {
  loaded.compileSchema({ type: 'object' })({});
  return loaded;
});

type Step = 'start' | 'list' | 'call';

async function endOf(client: Client, tool: Tool, answer: CallToolResult, text: string): Promise<CallEnd> {
  const json = answer.structuredContent ?? null;
  if (answer.isError === true)
    return {
      ...end(
        client,
        'tool_failed',
        `The tool reported an error: ${shortened(text === '' ? 'it gave no reason.' : text)}`,
      ),
      json,
    };
  const misfit = tool.outputSchema === undefined ? null : await outputFault(tool.outputSchema, json);
  if (misfit !== null)
    return end(
      client,
      'invalid_output',
      `The answer does not fit the output schema of ${tool.name}: ${misfit}.`,
    );
  return { ...end(client, 'completed', null), json };
}

async function outputFault(schema: Record<string, unknown>, json: unknown): Promise<string | null> {
  return json === null ? 'it has no structured content' : await faultOf(schema, json);
}

/** A schema that cannot be used checks nothing: then the server decides. */
async function faultOf(schema: Record<string, unknown>, value: unknown): Promise<string | null> {
  const { compileSchema } = await rules;
  let check;
  try {
    check = compileSchema(schema);
  } catch {
    return null;
  }
  return check(value);
}

function notFound({ serverName, tool }: CallSpec, tools: readonly Tool[]): string {
  if (tools.length === 0) return `The MCP server ${serverName} offers no tools.`;
  const names = tools.map(({ name }) => name);
  const near = closestTo(tool, names);
  const meant = near === null ? '' : ` Is ${near} meant?`;
  const more = names.length > NAMED_TOOLS ? `, … (${String(names.length)} in all)` : '';
  return `The MCP server ${serverName} has no tool ${tool}.${meant} It has: ${names.slice(0, NAMED_TOOLS).join(', ')}${more}.`;
}

function failed(
  client: Client,
  { serverName, tool, mostBytes }: CallSpec,
  step: Step,
  error: unknown,
): CallEnd {
  const what = `The MCP server ${serverName}`;
  const sent = `${what} sent a message of more than ${String(mostBytes)} bytes`;
  if (isTooLarge(error))
    return step === 'call'
      ? end(client, 'answer_too_large', `${sent}. Ask ${tool} for less, or for a file.`)
      : end(client, 'mcp_failed', `${sent} before it could be used. Check it in mcp_servers.`);
  const why = shortened(reasonOf(error));
  if (error instanceof ProtocolError && error.code !== NO_ANSWER && step === 'call')
    return error.code === INVALID_PARAMS
      ? end(client, 'invalid_arguments', `${what} refused the call of ${tool}: ${why}`)
      : end(
          client,
          'tool_failed',
          `${what} reported error ${String(error.code)} for the call of ${tool}: ${why}`,
        );
  const isGone = error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed;
  const when = {
    start: 'before it was ready',
    list: 'when it listed its tools',
    call: `during the call of ${tool}`,
  };
  if (isGone) return end(client, 'mcp_failed', `${what} ended ${when[step]}; its stderr may say why.`);
  const does = {
    start: 'could not be used',
    list: 'could not list its tools',
    call: `could not be called (${tool})`,
  };
  return end(client, 'mcp_failed', `${what} ${does[step]}: ${why} Check it in mcp_servers.`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `${String(error)}.`;
  let reason = inWords(error.message);
  const add = (more: string) => {
    if (more !== '' && !reason.includes(more)) reason += ` (${more})`;
  };
  if (error instanceof SdkHttpError) add(`HTTP ${String(error.status)}`);
  // A failed fetch has the reason in its cause, and that in its own.
  for (let { cause } = error; cause instanceof Error; { cause } = cause) add(cause.message);
  return /[.!?…]$/.test(reason) ? reason : `${reason}.`;
}

/** The library names what is wrong with an answer as a list in JSON. */
function inWords(message: string): string {
  const at = message.indexOf(': [');
  if (at === -1) return message === '' ? 'it gave no reason' : message;
  try {
    const faults = (JSON.parse(message.slice(at + 2)) as unknown[]).map(fieldsOf);
    const named = faults.slice(0, NAMED_FAULTS).map(({ path, message: fault }) => {
      const place = Array.isArray(path) ? path.map(String).join('.') : '';
      return `${place === '' ? '' : `${place}: `}${wordsOf(fault)}`;
    });
    return `${message.slice(0, at)}: ${named.join('; ')}`;
  } catch {
    return message;
  }
}

function shortened(text: string): string {
  return text.length > TOLD_CHARACTERS ? `${text.slice(0, TOLD_CHARACTERS)}…` : text;
}

function end(client: Client, outcome: CallEnd['outcome'], message: string | null): CallEnd {
  const { name, version } = fieldsOf(client.getServerVersion());
  const known = [nameOr(name), nameOr(version)].filter((part) => part !== null);
  return { outcome, message, json: null, version: nameOr(known.join(' ')) };
}

/**
 * Runs an act with a signal that is aborted after so many seconds in which this process ran: a pause does not
 * count.
 */
async function within(
  seconds: number,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const late = new AbortController();
  let left = seconds;
  const timer = setInterval(() => {
    left -= 1;
    if (left <= 0) late.abort(new Error(`it did not answer within ${String(seconds)} s`));
  }, 1000);
  const overdue = new Promise<never>((_, reject) => {
    late.signal.addEventListener('abort', () => reject(late.signal.reason as Error));
  });
  try {
    await Promise.race([act(AbortSignal.any([signal, late.signal])), overdue]);
  } finally {
    clearInterval(timer);
  }
}
