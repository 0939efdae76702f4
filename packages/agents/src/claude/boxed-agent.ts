import { bareEnd, endedRun, type Agent } from '../agent.ts';
import { claudeAgent } from './claude-agent.ts';
import type { ClaudeOptions } from './options.ts';

/** How Claude Code in a container reaches the model: through a socket, with what stands for the credential. */
export interface BoxedWay {
  /** The variable in which Claude Code finds what stands for the credential. */
  variable: string;
  /** Returns what one attempt is let through with; it is worth nothing after `revoke`. `usd`: what it may spend, in US dollars. */
  grant: (usd?: number) => { token: string; revoke: () => void };
}

/** An address for requests that leave by a socket; nothing is at it. */
const NOWHERE = 'http://model.cc-executor.invalid';

/**
 * Runs prompts in containers. `socket`: the path of the way to the model, as a container sees it. `files`: the same of the
 * folder in which conversations are kept. `way`: or why there is none, with the cure. `outside`: the worker's environment, of which a task gets what its `pass_env` names.
 */
export function boxedClaudeAgent(
  options: ClaudeOptions,
  {
    socket,
    files,
    way,
    outside,
  }: {
    socket: string;
    files: string;
    way: BoxedWay | { refusal: string };
    outside: Readonly<Record<string, string>>;
  },
): Agent {
  const withPassed = (names: readonly string[]): ClaudeOptions => {
    const passed = Object.entries(outside).filter(([name]) => names.includes(name));
    return { ...options, baseEnv: { ...options.baseEnv, ...Object.fromEntries(passed) } };
  };
  return {
    ...claudeAgent(options),
    start: (task, sink) => {
      if ('refusal' in way)
        return endedRun(bareEnd('auth_failed', `A container can't use the login: ${way.refusal}.`));
      const pass = way.grant(task.options.max_budget_usd);
      const variables = {
        ...task.variables,
        CLAUDE_CONFIG_DIR: files,
        ANTHROPIC_BASE_URL: NOWHERE,
        ANTHROPIC_UNIX_SOCKET: socket,
        [way.variable]: pass.token,
      };
      const agent = claudeAgent(withPassed(task.options.pass_env ?? []));
      const run = agent.start({ ...task, variables }, sink);
      return { ...bound(run), ended: run.ended.finally(() => pass.revoke()) };
    },
  };
}

function bound(run: ReturnType<Agent['start']>): ReturnType<Agent['start']> {
  return {
    ended: run.ended,
    stop: (cause) => run.stop(cause),
    pause: () => run.pause(),
    resume: () => run.resume(),
  };
}

/** Runs prompts where their task says: in a container or as a process. A conversation may be in either place. */
export function claudeAnywhere(plain: Agent, boxed: Agent | null): Agent {
  if (boxed === null) return plain;
  return {
    name: plain.name,
    canResume: async (executionId, sessionId) =>
      (await plain.canResume?.(executionId, sessionId)) === true ||
      (await boxed.canResume?.(executionId, sessionId)) === true,
    start: (task, sink) => (task.box ? boxed : plain).start(task, sink),
  };
}
