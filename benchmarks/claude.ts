import { claudeExecutable } from '@cc-executor/agents';
import { say, startScriptedModel } from '@cc-executor/testkit';
import { benchmarkStack } from './stack.ts';

export const PROMPTS = Array.from({ length: 10 }, (_, index) => `Say ${String(index + 1)}.`);

/**
 * Starts a model that answers by a script, at once without one, and the stack that asks it: what is measured is everything but
 * the model. `agents`: how many run at the same time.
 */
export async function promptStack({
  agents = 1,
  script = () => say('Done.'),
}: { agents?: number; script?: Parameters<typeof startScriptedModel>[0]['script'] } = {}) {
  const model = await startScriptedModel({ script });
  const forClaude = { ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url };
  const stack = await benchmarkStack({ ...forClaude, CC_EXECUTOR_CONCURRENCY: String(agents) });
  return {
    stack,
    program: claudeExecutable(null),
    /** For a Claude Code that is started by itself. */
    env: {
      ...forClaude,
      PATH: process.env['PATH'],
      HOME: stack.dataDirectory,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
    stop: async () => {
      await stack.stop();
      await model.close();
    },
  };
}
