import type { Seen } from '@cc-executor/service-kit/model-relay';
import { bareEnd, endedRun, type Agent, type AgentTask } from '../agent.ts';
import { runWithWay } from '../launch/late-run.ts';
import { claudeAgent } from './claude-agent.ts';
import { provenRun } from './proven-run.ts';
import type { ClaudeOptions } from './options.ts';

/** How Claude Code in a container reaches the model: through a socket, with what stands for the credential. */
export interface BoxedWay {
  /** The variable in which Claude Code finds what stands for the credential. */
  variable: string;
  /**
   * Opens the way of one agent: what it is let through with, and the path of a socket as its container sees it, until `close`.
   * `usd`: what it may spend, in US dollars. `onAnswered`: called once the model has answered.
   */
  open: (
    box: NonNullable<AgentTask['box']>,
    options: { usd: number | undefined; onAnswered: () => void },
  ) => Promise<{ token: string; socket: string; seen: Seen; close: () => Promise<void> }>;
}

/** An address for requests that leave by a socket; nothing is at it. */
const NOWHERE = 'http://model.cc-executor.invalid';

/**
 * Runs prompts in containers. `files`: the folder in which conversations are kept, as a container sees it. `way`: or why there
 * is none, with the cure. `outside`: the worker's environment, of which a task gets what its `pass_env` names.
 */
export function boxedClaudeAgent(
  options: ClaudeOptions,
  {
    files,
    way,
    outside,
  }: {
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
      const { box } = task;
      if (box === undefined) return endedRun(bareEnd('spawn_failed', 'This task has no container.'));
      const agent = claudeAgent(withPassed(task.options.pass_env ?? []));
      return runWithWay(
        async () =>
          await way.open(box, {
            usd: task.options.max_budget_usd,
            onAnswered: () => sink.answered?.(),
          }),
        ({ token, socket, seen }) => {
          const variables = {
            ...task.variables,
            CLAUDE_CONFIG_DIR: files,
            ANTHROPIC_BASE_URL: NOWHERE,
            ANTHROPIC_UNIX_SOCKET: socket,
            [way.variable]: token,
          };
          return provenRun(agent.start({ ...task, variables }, sink), seen);
        },
      );
    },
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
