import {
  httpError,
  say,
  startScriptedModel,
  textsOf,
  turnOf,
  useTool,
  waitFor,
  type ModelRequest,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const PROMPT = 'Write the file, whatever "it" is.\n\tByte for byte.';
const isResumed = ({ messages }: ModelRequest) =>
  JSON.stringify(messages).includes('You stopped before you were done');

let model: ScriptedModel;
let under: StackUnderTest;
beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      if (isResumed(request))
        return httpError(400, '`thinking` blocks in the latest assistant message cannot be modified.');
      if (!JSON.stringify(request.messages).includes('Write the file')) return say('Next.');
      const work = 'echo half > file; echo x >> begun; until [ -e go ]; do sleep 0.05; done';
      return turnOf(request) === 0
        ? useTool('Bash', { command: work }, 'I begin with the file.')
        : say('Written.');
    },
  });
  under = await startStackUnderTest({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    CC_EXECUTOR_PAUSE_HOLD: '1',
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const text = async (id: string, file: string) =>
  await readFile(join(under.workspace(id), file), 'utf8').catch(() => '');

/** Ends the attempt that is under way. */
const INTERRUPTIONS: Record<string, (id: string) => Promise<void>> = {
  'the death of its worker': async () => void process.kill(under.stack.pids()['worker'] ?? 0, 'SIGKILL'),
  'a long pause': async (id) => {
    await under.call('POST', `/executions/${id}/pause`);
    await waitFor(async () =>
      (await under.eventsSoFar(id)).some(({ type }) => type === 'execution.handed_back'),
    );
    await under.call('POST', `/executions/${id}/resume`);
  },
};

// Proves: interrupted-conversation-resumes
describe('a conversation that the model does not take back', () => {
  it.each(Object.keys(INTERRUPTIONS))('after %s costs neither the task nor a try', async (how) => {
    const asked = model.requests.length;
    const id = await under.submit({ tasks: [PROMPT, 'And then?'] });
    await waitFor(async () => (await text(id, 'begun')) === 'x\n');
    await INTERRUPTIONS[how]?.(id);
    await waitFor(async () => (await text(id, 'begun')) === 'x\nx\n', { seconds: 60 });
    await under.letGo(id);
    expect(await under.ended(id, 60)).toMatchObject({ status: 'completed', completed_tasks: 2 });

    const events = await under.events(id);
    const lost = events.filter(({ data }) => data['outcome'] === 'conversation_lost');
    expect(lost).toMatchObject([{ type: 'task.interrupted', task: 1, attempt: 2 }]);
    const started = events.filter(({ type, task }) => type === 'task.started' && task === 1);
    expect(started.map(({ data }) => (data['session'] as { resumed: boolean }).resumed)).toEqual([
      false,
      true,
      false,
    ]);
    expect(started[2]?.data['reason']).toBe('conversation_lost');

    // What the last attempt was given: the prompt as it is, and beside it that it is not the first.
    const last = model.requests
      .slice(asked)
      .map(({ body }) => body)
      .findLast(
        (request) => !isResumed(request) && JSON.stringify(request.messages).includes('Byte for byte'),
      );
    expect(textsOf(last?.messages.find(({ role }) => role === 'user')?.content)).toContain(PROMPT);
    expect(textsOf(last?.system).join('\n')).toContain('An earlier attempt at this task');
  });
});
