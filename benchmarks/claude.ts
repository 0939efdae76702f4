import { claudeExecutable } from '@cc-executor/agents';
import { say, startScriptedModel } from '@cc-executor/testkit';
import { benchmarkStack } from './stack.ts';

export const PROMPTS = Array.from({ length: 10 }, (_, index) => `Say ${String(index + 1)}.`);

/** A model that answers at once, and the stack that asks it: what is measured is everything but the model. */
export async function promptStack() {
  const model = await startScriptedModel({ script: () => say('Done.') });
  const forClaude = { ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url };
  const stack = await benchmarkStack({ ...forClaude, CC_EXECUTOR_CONCURRENCY: '1' });
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
