interface ErrorRow {
  /** HTTP status. */
  status: number;
  /** JSON-RPC error number; every code has its own. */
  rpc: number;
  /** True if the same call may succeed later without a change. */
  retryable: boolean;
  /** Its meaning in one sentence. */
  title: string;
}

/** Every error that a client can receive. The numbers up to -32005 are known to clients of cc_executor. */
export const ERRORS = {
  MALFORMED_JSON: { status: 400, rpc: -32700, retryable: false, title: 'The body is not JSON.' },
  INVALID_RPC: { status: 400, rpc: -32600, retryable: false, title: 'Not a JSON-RPC 2.0 request.' },
  METHOD_NOT_FOUND: { status: 404, rpc: -32601, retryable: false, title: 'There is no such method.' },
  INVALID_REQUEST: { status: 400, rpc: -32602, retryable: false, title: 'The request has faults.' },
  INTERNAL: { status: 500, rpc: -32603, retryable: true, title: 'Something failed on the server.' },
  COMMAND_NOT_ALLOWED: { status: 403, rpc: -32001, retryable: false, title: 'This command is not allowed.' },
  EXECUTION_NOT_FOUND: { status: 404, rpc: -32002, retryable: false, title: 'There is no such execution.' },
  SESSION_LIMIT: { status: 503, rpc: -32003, retryable: true, title: 'All sessions are taken.' },
  TOKEN_LIMIT: { status: 400, rpc: -32004, retryable: false, title: 'The prompt is too long.' },
  BUSY: { status: 409, rpc: -32005, retryable: true, title: 'This session is busy.' },
  ILLEGAL_STATE: { status: 409, rpc: -32006, retryable: false, title: 'Not possible in this state.' },
  EXECUTION_ID_IN_USE: { status: 409, rpc: -32007, retryable: false, title: 'This execution id is in use.' },
  IDEMPOTENCY_KEY_REUSED: {
    status: 409,
    rpc: -32023,
    retryable: false,
    title: 'This key was used with a different body.',
  },
  WORKSPACE_INVALID: { status: 400, rpc: -32008, retryable: false, title: 'This workspace is not allowed.' },
  TASK_NOT_FOUND: { status: 404, rpc: -32009, retryable: false, title: 'There is no such task.' },
  OUTPUT_NOT_FOUND: { status: 404, rpc: -32010, retryable: false, title: 'There is no such output.' },
  RECEIPT_NOT_FOUND: { status: 404, rpc: -32024, retryable: false, title: 'There is no such receipt.' },
  SNAPSHOT_NOT_FOUND: { status: 404, rpc: -32040, retryable: false, title: 'There is no such snapshot.' },
  SNAPSHOT_GONE: { status: 410, rpc: -32041, retryable: false, title: 'This snapshot was removed.' },
  SNAPSHOTS_UNAVAILABLE: {
    status: 503,
    rpc: -32042,
    retryable: true,
    title: 'Snapshots cannot be read here.',
  },
  FILE_NOT_FOUND: { status: 404, rpc: -32043, retryable: false, title: 'There is no such file.' },
  WORKSPACE_BUSY: { status: 409, rpc: -32044, retryable: true, title: 'The workspace is in use.' },
  RANGE_NOT_SATISFIABLE: { status: 416, rpc: -32011, retryable: false, title: 'The range is outside it.' },
  ROUTE_NOT_FOUND: { status: 404, rpc: -32012, retryable: false, title: 'There is nothing at this address.' },
  METHOD_NOT_ALLOWED: { status: 405, rpc: -32013, retryable: false, title: 'Not a method of this address.' },
  BODY_TOO_LARGE: { status: 413, rpc: -32014, retryable: false, title: 'The body is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, rpc: -32015, retryable: false, title: 'The body must be JSON.' },
  HOST_NOT_ALLOWED: { status: 421, rpc: -32016, retryable: false, title: 'This Host is not answered.' },
  ORIGIN_NOT_ALLOWED: { status: 403, rpc: -32017, retryable: false, title: 'This Origin is not answered.' },
  UNAUTHENTICATED: { status: 401, rpc: -32018, retryable: false, title: 'A valid API key is needed.' },
  NESTING_LIMIT: {
    status: 403,
    rpc: -32025,
    retryable: false,
    title: 'Tasks have started as many tasks as they may.',
  },
  OWN_LINEAGE: {
    status: 409,
    rpc: -32026,
    retryable: false,
    title: 'A task cannot end the execution that it runs in.',
  },
  OWN_WORKSPACE: {
    status: 409,
    rpc: -32028,
    retryable: false,
    title: 'A list that a task submits cannot use the workspace of that task.',
  },
  LOGIN_NOT_OFFERED: { status: 410, rpc: -32019, retryable: false, title: 'Logging in happens elsewhere.' },
  STORE_UNAVAILABLE: { status: 503, rpc: -32020, retryable: true, title: 'Redis does not answer.' },
  NOT_READY: { status: 503, rpc: -32021, retryable: true, title: 'The service is stopping.' },
  ARCHIVE_DAMAGED: {
    status: 410,
    rpc: -32027,
    retryable: false,
    title: 'Its archive cannot be read.',
  },
  BAD_HTTP: { status: 400, rpc: -32022, retryable: false, title: 'Not a request that can be answered.' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** One fault of the input: where it is, and what is wrong. `path` is like `tasks[2].timeout`; empty: the whole. */
export interface Fault {
  /** Its path in the request. */
  path: string;
  /** The error there. */
  message: string;
}

/** The details of an error beside its sentence. */
export interface ErrorDetails {
  /** Faults of the input. */
  errors?: readonly Fault[];
  /** The execution's state, for ILLEGAL_STATE. */
  status?: string;
  /** Steps that fix it. */
  instructions?: readonly string[];
}

/** The one error class of the server side: a code of the table, a sentence for people, and details. */
export class CcError extends Error {
  /** A code of the table of errors. */
  readonly code: ErrorCode;
  /** Further data for the caller. */
  readonly details: ErrorDetails;

  /** Long parts are cut: an error repeats input, but never more than is useful. */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(cut(message, MOST_CHARACTERS), options);
    this.name = 'CcError';
    this.code = code;
    const errors = details.errors
      ?.slice(0, MOST_FAULTS)
      .map((fault): Fault => ({ path: echo(fault.path), message: cut(fault.message, MOST_CHARACTERS) }));
    this.details = { ...details, ...(errors && { errors }) };
  }
}

/** The number of faults that are reported at once. */
export const MOST_FAULTS = 100;
/** The length of input that is repeated. */
const ECHO_CHARACTERS = 200;
/** The largest length of a sentence, whatever input it repeats. */
const MOST_CHARACTERS = 600;

/** Returns input as an error repeats it: a long one is cut. */
export function echo(input: string): string {
  return cut(input, ECHO_CHARACTERS);
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // Never ends with half a character, which could not be sent.
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * Returns an INVALID_REQUEST error with at most 100 faults; the sentence has the first, and how many more there are.
 * `total`: the number of all faults.
 */
export function invalidRequest(faults: readonly Fault[], total = faults.length): CcError {
  const [first] = faults;
  const place = first?.path ? `${echo(first.path)}: ` : '';
  const more = total > 1 ? ` (and ${String(total - 1)} more)` : '';
  return new CcError('INVALID_REQUEST', `${place}${first?.message ?? 'invalid'}${more}`, { errors: faults });
}
