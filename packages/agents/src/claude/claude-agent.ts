import { bareEnd, type Agent, type AgentRun, type AgentSink, type AgentTask } from '../agent.ts';
import { Attempt } from './attempt.ts';
import type { ClaudeOptions } from './options.ts';
import { Session } from './session.ts';

/** Runs prompts: each by a new Claude Code process with a new conversation. */
export function claudeAgent(options: ClaudeOptions): Agent {
  return { name: 'claude', start: (task, sink) => start(options, task, sink) };
}

function start(options: ClaudeOptions, task: AgentTask, sink: AgentSink): AgentRun {
  try {
    const attempt = new Attempt(new Session(options, task), sink, options.graceMs);
    return { ended: attempt.run(), stop: (cause) => attempt.stop(cause) };
  } catch (error) {
    const ended = Promise.resolve(bareEnd('spawn_failed', (error as Error).message));
    return { ended, stop: () => undefined };
  }
}
