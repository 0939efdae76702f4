import { readPlain, replacePlain } from '@cc-executor/evidence/plain-files';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The longest id of a conversation, in bytes. */
const ID_BYTES = 1000;

/** Returns the file that has the id of an agent's conversation, below the folder that the agent has for an execution. */
export function conversationFile(homes: string, executionId: string, sessionId: string): string {
  return join(homes, executionId, 'cc-executor', sessionId);
}

/** Returns the id of the conversation to resume; null: there is none. Another machine has it only if the data directory is shared. */
export async function conversationIn(path: string): Promise<string | null> {
  // A task may have put any kind of file there.
  const id = await readPlain(path, ID_BYTES).catch(() => null);
  return id !== null && id.length > 0 ? id.toString() : null;
}

/**
 * Keeps the id of a conversation. It is on disk when this returns: the process may be about to end. Throws if it cannot be
 * written.
 */
export function keepConversation(path: string, id: string): void {
  mkdirSync(dirname(path), { recursive: true });
  replacePlain(path, id);
}
