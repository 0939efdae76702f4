import { ERRORS } from '@cc-executor/contracts';
import { type CallToolResult, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';

/** The next step for each error code. */
const NEXT: Readonly<Record<string, string>> = {
  INVALID_REQUEST: 'Correct every fault listed, and call again; nothing was stored.',
  TOKEN_LIMIT: 'Shorten the prompt or split the task; nothing was stored.',
  COMMAND_NOT_ALLOWED: 'Use a program that this server allows, or a prompt; nothing was stored.',
  WORKSPACE_INVALID: 'Name a folder below the workspaces root, or none; nothing was stored.',
  EXECUTION_NOT_FOUND: 'Check the id; get_execution_history lists ids that ran.',
  EXECUTION_ID_IN_USE: 'It may be your own earlier call: look with get_execution, or choose another id.',
  ILLEGAL_STATE: 'Look at its state with get_execution first.',
  NESTING_LIMIT: 'Do this work yourself, or end your task and let the orchestrating agent submit the list.',
  OWN_LINEAGE: 'End your own task instead; the parent execution continues by itself.',
  OWN_WORKSPACE: 'Name another workspace, or none, or do this work yourself; nothing was stored.',
  UNAUTHENTICATED: 'Ask the user to set a valid API key of the server.',
  TASK_NOT_FOUND: 'Tasks are numbered from 1: get_execution lists them.',
  OUTPUT_NOT_FOUND: 'It may not have begun: look with get_execution.',
  RANGE_NOT_SATISFIABLE: 'There is nothing (more) from there on; a task that runs may write more.',
  STORE_UNAVAILABLE: 'Wait some seconds and make the same call again.',
  NOT_READY: 'Wait some seconds and make the same call again.',
  UNREACHABLE:
    'Wait some seconds and call again; a list that you have just submitted may be stored all the same, so look first (get_execution). If it stays away, ask the user to start it ("cc-executor server start").',
};

/** The number of faults that are listed: an answer stays small, and fixing some shows the next ones. */
const MOST_FAULTS = 50;

interface ClientError {
  code?: unknown;
  errors?: readonly { path: string; message: string }[];
  instructions?: readonly string[];
  requestId?: string | null;
}

/** Returns a client's error: its code, and as text the code, the sentence, every fault, and what to do next. */
export function explain(error: unknown): { code: string; requestId: string | null; text: string } {
  const { code: given, errors = [], instructions = [], requestId = null } = error as ClientError;
  const code = typeof given === 'string' ? given : 'INTERNAL';
  const lines = [
    `${code}: ${error instanceof Error ? error.message : String(error)}`,
    ...errors
      .slice(0, MOST_FAULTS)
      .map(({ path, message }) => `- ${path === '' ? 'the whole' : path}: ${message}`),
    ...(errors.length > MOST_FAULTS ? ['- and more: the first line counts them'] : []),
    ...instructions,
    ...(NEXT[code] === undefined ? [] : [`Next: ${NEXT[code]}`]),
  ];
  return { code, requestId, text: lines.join('\n') };
}

/** Returns a tool's error as its result. */
export function failure(error: unknown): CallToolResult {
  const { code, requestId, text } = explain(error);
  return {
    isError: true,
    content: [{ type: 'text', text }],
    _meta: { 'cc-executor/error': { code, request_id: requestId } },
  };
}

/** Returns a client's error for a request that is not a tool call; invalid requests are distinguished from server errors. */
export function refusal(error: unknown): ProtocolError {
  const { code, requestId, text } = explain(error);
  const isOfTheCaller = Object.hasOwn(ERRORS, code) && ERRORS[code as keyof typeof ERRORS].status < 500;
  const number = isOfTheCaller ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
  return new ProtocolError(number, text, { code, request_id: requestId });
}
