import { z } from 'zod';

/** A JSON-RPC 2.0 request or notification, as the gateway reads it. */
export const RpcRequest = z.strictObject({
  jsonrpc: z.literal('2.0').describe('the version of JSON-RPC'),
  /** Answers repeat it. */
  id: z
    .union(
      [z.string().max(200), z.number(), z.null()],
      'must be a number, or a string of at most 200 characters',
    )
    .optional()
    .describe('the id of the request'),
  method: z.string().describe('the name of the method'),
  /** The method validates them, so that faults are reported under the request's id. */
  params: z.unknown().optional().describe('the arguments of the method'),
});
export type RpcId = string | number | null;

/** An error in an answer: the number of JSON-RPC, and the stable code of the error table in `data`. */
export const RpcError = z.strictObject({
  code: z.int().describe('the number of the error'),
  message: z.string().describe('the error, for people'),
  data: z
    .looseObject({ code: z.string().describe('the kind of error, by the table of errors') })
    .describe('more about the error'),
});
