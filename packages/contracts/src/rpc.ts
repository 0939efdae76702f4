import { z } from 'zod';
import { ExecutionId } from './submission.ts';

/** A JSON-RPC 2.0 request or notification, as the gateway reads it. */
export const RpcRequest = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).optional(),
});
export type RpcId = string | number | null;

export const SubscribeParams = z.strictObject({
  execution_id: ExecutionId,
  after: z.int('must be a whole number').nonnegative('must not be negative').default(0),
  epoch: z.string().optional(),
});
export const UnsubscribeParams = z.strictObject({ execution_id: ExecutionId });

/** What the server sends of its own accord. */
export const NOTIFICATIONS = {
  connected: z.strictObject({
    session_id: z.string(),
    version: z.string(),
    capabilities: z.array(z.string()),
  }),
  event: z.unknown().describe('the event envelope'),
  gap: z.strictObject({ execution_id: z.string(), from: z.int(), to: z.int(), output: z.string() }),
  reset: z.strictObject({ execution_id: z.string(), epoch: z.string() }),
  end: z.strictObject({ execution_id: z.string(), last: z.int() }),
} as const;
