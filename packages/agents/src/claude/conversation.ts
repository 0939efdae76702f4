import { namesIn, openPlain } from '@cc-executor/evidence/plain-files';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AgentTask } from '../agent.ts';
import type { ClaudeOptions } from './options.ts';

/** The largest transcript that can be resumed, in bytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/** The prompt of a resumed conversation. Claude Code itself adds what the agent did last. */
const GO_ON =
  'You stopped before you were done, and were started again now. What you did last may be half done: ' +
  'check the current state before you rely on it. Then continue with the task, and finish it.';

/** Returns the prompt for an agent: the task's text, or the request to continue in a resumed conversation. */
export function textFor({ text, session }: Pick<AgentTask, 'text' | 'session'>): string {
  return session?.resumed ? GO_ON : text;
}

/**
 * Returns whether the conversation's transcript is where Claude Code looks for it and has an answer of the agent:
 * without one there is nothing to resume. Another machine has it only if the data directory is shared.
 */
export async function hasConversation(
  { baseEnv, configDirectory }: Pick<ClaudeOptions, 'baseEnv' | 'configDirectory'>,
  executionId: string,
  sessionId: string,
): Promise<boolean> {
  const own = configDirectory?.(executionId) ?? baseEnv['CLAUDE_CONFIG_DIR'];
  const projects = join(own ?? join(baseEnv['HOME'] ?? '', '.claude'), 'projects');
  // There is a folder for each working directory.
  for (const folder of (await namesIn(projects).catch(() => null)) ?? []) {
    if (await saysSomething(join(projects, folder, `${sessionId}.jsonl`))) return true;
  }
  return false;
}

/** Returns whether a transcript is whole, except for a cut last line, and has an answer of the agent. */
async function saysSomething(path: string): Promise<boolean> {
  // Messages that Claude Code writes in the agent's name, such as an error of the API, do not count.
  const isSaid = (line: string) =>
    line.includes('"role":"assistant"') && !line.includes('"model":"<synthetic>"');
  // A task may have put any kind of file there.
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
    // It cannot be read to its end.
  } finally {
    lines.close();
    // The stream closes the file.
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
