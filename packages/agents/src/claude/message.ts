import { countOr, flagOr, listOf, numberOr, recordOf, textOr } from './read.ts';

/** A content block of the model. */
interface Block {
  type: string;
  id: string;
  text: string;
  name: string;
  input: unknown;
}

/** A whole message of the model, or one block of it. */
export interface WholeMessage {
  type: 'assistant';
  /** False for a sub-agent's message. */
  isMain: boolean;
  id: string;
  blocks: readonly Block[];
  /** Claude Code's name for the error that this message reports. */
  error: string | undefined;
}

/** A part of a message of the model, as it is generated. */
export interface Streamed {
  type: 'stream_event';
  isMain: boolean;
  kind: string;
  /** The id of the message that starts. */
  id: string;
  /** Null if it adds no text. */
  text: string | null;
  stopReason: string | null;
}

export interface Limit {
  type: 'rate_limit_event';
  status: string;
  resetsAt: number | undefined;
  limitType: string | undefined;
  /** True if the request was served as paid extra usage. */
  isOverage: boolean;
  info: Readonly<Record<string, unknown>>;
}

/** A message about Claude Code itself; `fields` has what is specific to the subtype. */
export interface SystemMessage {
  type: 'system';
  subtype: string;
  sessionId: string | null;
  fields: Readonly<Record<string, unknown>>;
}

/** Claude Code's own report of its end. */
export interface Result {
  type: 'result';
  subtype: string;
  isError: boolean;
  /** The answer, or the message of an error; undefined: none. */
  text: string | undefined;
  errors: readonly string[];
  apiErrorStatus: number | null;
  /** The API's own name for the error; undefined: the API did not answer, or this version does not report it. */
  apiErrorType: string | undefined;
  stopReason: string | null;
  terminalReason: string | undefined;
  sessionId: string | null;
  turns: number;
  /** How many results the process numbered before this one; null: not reported. */
  index: number | null;
  costUsd: number | null;
  /** Tokens by model; undefined: not reported. */
  modelUsage: Readonly<Record<string, unknown>> | undefined;
  structuredOutput: unknown;
  denials: readonly { id: string; tool: string; input: unknown }[];
}

export type Message = WholeMessage | Streamed | Limit | SystemMessage | Result | { type: 'other' };

/**
 * Reads a message of Claude Code. Versions add, rename and drop fields, so any may be missing or of another type: each
 * is read separately, and an unreadable one counts as absent. Never throws.
 */
export function readMessage(value: unknown): Message {
  const message = recordOf(value);
  switch (message['type']) {
    case 'assistant':
      return readSaid(message);
    case 'stream_event':
      return readStreamed(message);
    case 'rate_limit_event':
      return readLimit(message);
    case 'system': {
      const subtype = textOr(message['subtype'], '');
      return { type: 'system', subtype, sessionId: textOr(message['session_id'], null), fields: message };
    }
    case 'result':
      return readResult(message);
    default:
      return { type: 'other' };
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isMain = (message: Fields) => typeof message['parent_tool_use_id'] !== 'string';

function readSaid(message: Fields): WholeMessage {
  const { id, content } = recordOf(message['message']);
  const blocks = listOf(content).map((value) => {
    const block = recordOf(value);
    return {
      type: textOr(block['type'], ''),
      id: textOr(block['id'], ''),
      text: textOr(block['text'], ''),
      name: textOr(block['name'], ''),
      input: block['input'],
    };
  });
  const error = textOr(message['error'], undefined);
  return { type: 'assistant', isMain: isMain(message), id: textOr(id, ''), blocks, error };
}

function readStreamed(message: Fields): Streamed {
  const event = recordOf(message['event']);
  const delta = recordOf(event['delta']);
  const isText = event['type'] === 'content_block_delta' && delta['type'] === 'text_delta';
  return {
    type: 'stream_event',
    isMain: isMain(message),
    kind: textOr(event['type'], ''),
    id: textOr(recordOf(event['message'])['id'], ''),
    text: isText ? textOr(delta['text'], null) : null,
    stopReason: textOr(delta['stop_reason'], null),
  };
}

function readLimit(message: Fields): Limit {
  const info = recordOf(message['rate_limit_info']);
  return {
    type: 'rate_limit_event',
    status: textOr(info['status'], ''),
    resetsAt: numberOr(info['resetsAt'], undefined),
    limitType: textOr(info['rateLimitType'], undefined),
    // Versions before 2.1.330 may only report that it is allowed, not that it is in use.
    isOverage: info['isUsingOverage'] === true || isAllowed(info['overageStatus']),
    info,
  };
}

const isAllowed = (status: unknown) => status === 'allowed' || status === 'allowed_warning';

function readResult(message: Fields): Result {
  const text = textOr(message['result'], undefined);
  const said = textOr(message['subtype'], undefined);
  const isError = flagOr(message['is_error'], undefined);
  const errors = listOf(message['errors']).filter((line) => typeof line === 'string');
  const denials = listOf(message['permission_denials']).map((value, index) => {
    const denial = recordOf(value);
    const tool = textOr(denial['tool_name'], '');
    return {
      id: textOr(denial['tool_use_id'], `${tool} ${String(index)}`),
      tool,
      input: denial['tool_input'],
    };
  });
  const { modelUsage } = message;
  return {
    type: 'result',
    // Each of the two proves success if the other is missing; without both there is no proof.
    subtype: said ?? (isError === false ? 'success' : 'error_during_execution'),
    isError: isError ?? said !== 'success',
    text,
    errors,
    apiErrorStatus: numberOr(message['api_error_status'], null),
    apiErrorType: textOr(message['api_error_type'], undefined),
    stopReason: textOr(message['stop_reason'], null),
    terminalReason: textOr(message['terminal_reason'], undefined),
    sessionId: textOr(message['session_id'], null),
    index: countOr(message['result_index'], null),
    turns: countOr(message['num_turns'], 0),
    costUsd: numberOr(message['total_cost_usd'], null),
    modelUsage: modelUsage === undefined ? undefined : recordOf(modelUsage),
    structuredOutput: message['structured_output'],
    denials: denials.filter(({ tool }) => tool !== ''),
  };
}
