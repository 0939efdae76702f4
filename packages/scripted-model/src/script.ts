import { z } from 'zod';
import { Reply } from './reply.ts';
import type { ModelRequest } from './request.ts';

type Replying = (request: ModelRequest) => Reply | Promise<Reply>;
/** A turn of a conversation: a reply, or a function of the request. */
type Turn = Reply | Replying;

export interface Conversation {
  /** Selects this conversation if the user's first message contains this text. */
  marker: string;
  /** The model's turns, in order; repeating a request returns the same turn again. */
  turns: readonly Turn[];
}

/** A script: a reply for each request, or conversations that are selected by their first message. */
export type Script = readonly Conversation[] | Replying;

/** The format of a script in a JSON file. */
export const ScriptFile = z.array(z.strictObject({ marker: z.string(), turns: z.array(Reply).min(1) }));
