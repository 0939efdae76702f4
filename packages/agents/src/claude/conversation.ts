import { namesIn, openPlain } from '@cc-executor/evidence';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AgentTask } from '../agent.ts';
import type { ClaudeOptions } from './options.ts';

/** No transcript that can be resumed is longer, in bytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/** What is said to an agent that goes on in its own conversation. What it did last, Claude Code tells it by itself. */
const GO_ON =
  'You stopped before you were done, and were started again now. What you did last may be half done: ' +
  'look at how things stand before you rely on it. Then go on with the task, and finish it.';

/** What an agent is given as its prompt: the task's text, or, in a conversation that is gone on with, that it goes on. */
export function textFor({ text, session }: Pick<AgentTask, 'text' | 'session'>): string {
  return session?.resumed ? GO_ON : text;
}

/**
 * True when the conversation is written down where Claude Code looks for it, with something that the agent has said:
 * without that there is nothing to go on with. Another machine has it only where the data directory is shared.
 */
export async function hasConversation(
  { baseEnv, configDirectory }: Pick<ClaudeOptions, 'baseEnv' | 'configDirectory'>,
  executionId: string,
  sessionId: string,
): Promise<boolean> {
  const own = configDirectory?.(executionId) ?? baseEnv['CLAUDE_CONFIG_DIR'];
  const projects = join(own ?? join(baseEnv['HOME'] ?? '', '.claude'), 'projects');
  // A folder for each directory that was worked in.
  for (const folder of (await namesIn(projects).catch(() => null)) ?? []) {
    if (await saysSomething(join(projects, folder, `${sessionId}.jsonl`))) return true;
  }
  return false;
}

/** Returns whether a transcript is whole, but for a line at its end that was cut, and the agent has said something in it. */
async function saysSomething(path: string): Promise<boolean> {
  // What Claude Code puts into its mouth, such as an error of the API, is not the agent's.
  const isSaid = (line: string) =>
    line.includes('"role":"assistant"') && !line.includes('"model":"<synthetic>"');
  // A task may have put anything there.
  const file = await openPlain(path).catch(() => null);
  if (!file || (await file.stat()).size > MAX_BYTES) {
    await file?.close();
    return false;
  }
  const input = file.createReadStream({ end: MAX_BYTES });
  const lines = createInterface({ input, crlfDelay: Infinity });
  let isTold = false;
  let isBroken = false;
  try {
    for await (const line of lines) {
      // Resumed without what is missing, the agent would not know its task.
      if (isBroken) return false;
      isBroken = line !== '' && !isJson(line);
      isTold ||= !isBroken && isSaid(line);
    }
  } catch {
    // It can't be read to its end.
  } finally {
    lines.close();
    // It closes the file.
    input.destroy();
  }
  return isTold;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
