import { z } from 'zod';

/** A JSON-RPC 2.0 request or notification, as the gateway reads it. */
export const RpcRequest = z.strictObject({
  jsonrpc: z.literal('2.0'),
  /** Answers repeat it. */
  id: z
    .union(
      [z.string().max(200), z.number(), z.null()],
      'must be a number, or a string of at most 200 characters',
    )
    .optional(),
  method: z.string(),
  /** The method validates them, so that faults are reported under the request's id. */
  params: z.unknown().optional(),
});
export type RpcId = string | number | null;

/** An error in an answer: the number of JSON-RPC, and the stable code of the error table in `data`. */
export const RpcError = z.strictObject({
  code: z.int(),
  message: z.string(),
  data: z.looseObject({ code: z.string() }),
});
