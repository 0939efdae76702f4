import {
  CONTAINERS,
  hang,
  say,
  startScriptedModel,
  textsOf,
  turnOf,
  useTool,
  type ModelRequest,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

/** Enough for an agent to start, and to answer when it is tried again. */
const SECONDS = CONTAINERS ? 30 : 8;

let model: ScriptedModel;
let under: StackUnderTest;
/** How many conversations have begun. */
let begun = 0;
beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      if (JSON.stringify(request.messages).includes('You stopped before you were done')) return say('Done.');
      if (turnOf(request) > 0) return hang();
      begun += 1;
      if (begun > 1) return say('Done.');
      return useTool('Bash', { command: 'echo half > part.txt' }, 'First I write the part.');
    },
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

describe('an attempt after one that timed out', () => {
  const retried = async (retry_context?: string) => {
    begun = 0;
    const prompt = { prompt: 'Write all parts.', timeout: SECONDS, retries: 1, retry_context };
    const id = await under.submit({ tasks: [prompt] });
    expect(await under.ended(id, 120)).toMatchObject({ status: 'completed' });
    const started = (await under.events(id)).filter(({ type }) => type === 'task.started');
    const { body } = model.requests.findLast(({ side }) => !side) ?? { body: undefined };
    const session = started.at(-1)?.data['session'] as { resumed: boolean } | undefined;
    const request = body as ModelRequest;
    const user = textsOf(request.messages.find(({ role }) => role === 'user')?.content);
    return { resumed: session?.resumed, system: textsOf(request.system).join('\n'), user };
  };

  it('learns what that one did, beside its prompt', async () => {
    const { resumed, system, user } = await retried();
    expect(resumed).toBe(false);
    expect(user).toContain('Write all parts.');
    for (const part of ['First I write the part.', '- Bash: echo half > part.txt', '- added: part.txt'])
      expect(system).toContain(part);
  });

  it('resumes its conversation where that is wanted', async () => {
    const { resumed, system } = await retried('resume');
    expect(resumed).toBe(true);
    expect(system).not.toContain('An earlier attempt at this task');
  });

  it('knows nothing of it where that is wanted', async () => {
    const { resumed, system } = await retried('none');
    expect(resumed).toBe(false);
    expect(system).not.toContain('An earlier attempt at this task');
  });
});
