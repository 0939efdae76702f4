import { readPlain, replacePlain } from '@cc-executor/evidence/plain-files';
import { mkdir } from 'node:fs/promises';
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

/** Keeps the id of a conversation. Rejects if it cannot be written. */
export async function keepConversation(path: string, id: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  replacePlain(path, id);
}
