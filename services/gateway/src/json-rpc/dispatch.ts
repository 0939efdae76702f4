import {
  CcError,
  check,
  echo,
  hasTooManyOpenings,
  LIMITS,
  parseOrThrow,
  RpcRequest,
  type RpcId,
} from '@cc-executor/contracts';
import type { z } from 'zod';
import { errorFrame, resultFrame } from './frames.ts';

/** The result of a method, and a function that runs after the result is sent. */
interface Answer {
  result: unknown;
  afterwards?: () => void;
}

/** A method: the schema of its params, and its function. */
export interface Method {
  params: z.ZodType;
  call: (params: never) => Promise<Answer> | Answer;
}

export interface Dispatch {
  methods: Readonly<Record<string, Method>>;
  send: (frame: string) => void;
  /** For errors that are not in the table. */
  onUnknownError: (error: unknown) => void;
}

/**
 * Answers one message. The socket always stays usable: an error is answered with its code, under the request's
 * id if that is usable; a notification (without id) gets no answer, as JSON-RPC 2.0 requires.
 */
export async function dispatch({ methods, send, onUnknownError }: Dispatch, text: string): Promise<void> {
  let id: RpcId | undefined = null;
  try {
    const message = readMessage(text);
    id = idOf(message);
    const request = readRequest(message);
    id = request.id;
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (!method) throw new CcError('METHOD_NOT_FOUND', `There is no method "${echo(request.method)}".`);
    const { result, afterwards } = await method.call(
      parseOrThrow(method.params, request.params ?? {}) as never,
    );
    if (id !== undefined) send(resultFrame(id, result));
    afterwards?.();
  } catch (error) {
    if (!(error instanceof CcError)) onUnknownError(error);
    const known =
      error instanceof CcError ? error : new CcError('INTERNAL', 'Something failed on the server.');
    if (id !== undefined) send(errorFrame(id, known));
  }
}

function readMessage(text: string): unknown {
  if (text.length > LIMITS.openings && hasTooManyOpenings(Buffer.from(text)))
    throw new CcError('INVALID_RPC', `It has more than ${String(LIMITS.openings)} lists and objects in it.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CcError('MALFORMED_JSON', `The message is not JSON: ${(error as Error).message}`);
  }
}

/** The id of a message that may be no request; null: it has none that can be answered. */
function idOf(value: unknown): RpcId {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return RpcRequest.shape.id.safeParse(value.id).data ?? null;
}

function readRequest(value: unknown): z.output<typeof RpcRequest> {
  if (Array.isArray(value))
    throw new CcError('INVALID_RPC', 'Batches are not supported: send one message each.');
  const checked = check(RpcRequest, value);
  if (!checked.error) return checked.value;
  const { message, details } = checked.error;
  throw new CcError('INVALID_RPC', `Not a JSON-RPC 2.0 request: ${message}`, details);
}
