import { z } from 'zod';
import { Reply } from './reply.ts';
import type { ModelRequest } from './request.ts';

type Replying = (request: ModelRequest) => Reply | Promise<Reply>;
/** A turn of a conversation: a reply, or a function of the request. */
type Turn = Reply | Replying;

export interface Conversation {
  /** Chooses this conversation when the first message from the user has this text in it. */
  marker: string;
  /** The model's turns, in order; repeating a request gives the same turn again. */
  turns: readonly Turn[];
}

/** What the model says: a reply for each request, or conversations that their first message chooses. */
export type Script = readonly Conversation[] | Replying;

/** A script as a JSON file has it. */
export const ScriptFile = z.array(z.strictObject({ marker: z.string(), turns: z.array(Reply).min(1) }));
