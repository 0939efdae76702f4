import {
  codexProgram,
  hang,
  httpError,
  processesWith,
  raw,
  say,
  startScriptedModel,
  useTool,
  type ModelRequest,
  type Reply,
} from '@cc-executor/testkit';
import { mkdtemp, readlink, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codexAgent, LocalLauncher, type AgentEvent, type AgentTask } from '../../src/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-codex-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, maxRetries: 10, force: true });
});

const CONTINUES = 'You stopped before you were done';
const texts = ({ messages }: ModelRequest) => JSON.stringify(messages);

function agentFor(home: string, env: Record<string, string>) {
  return codexAgent({
    launch: new LocalLauncher().launch,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: home, ...env },
    executable: codexProgram,
    homes: join(home, 'homes'),
    requestTimeoutMs: 60_000,
    network: false,
    graceMs: 2000,
  });
}

async function taskIn(home: string, session: AgentTask['session']): Promise<AgentTask> {
  const cwd = join(home, 'workspace');
  await mkdir(cwd, { recursive: true });
  const about = { executionId: 'an-execution', task: 1, attempt: 1, variables: {} };
  return { ...about, text: 'Do the PINEAPPLE task.', options: { model: 'gpt-scripted' }, cwd, session };
}

function sinkOf(onEvent: (event: AgentEvent) => void) {
  const nothing = () => undefined;
  return {
    given: nothing,
    alive: nothing,
    output: nothing,
    message: nothing,
    event: (event: AgentEvent) => {
      onEvent(event);
      return undefined;
    },
  };
}

describe('a thread of Codex', () => {
  it('is resumed after its process was ended in the middle', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const model = await startScriptedModel({
      script: (request) => {
        if (texts(request).includes(CONTINUES)) return say('Now it is done.');
        return texts(request).includes('tool_result')
          ? hang()
          : useTool('update_plan', { plan: [] }, 'I plan.');
      },
    });
    try {
      const agent = agentFor(home, { OPENAI_API_KEY: 'sk-made-up', OPENAI_BASE_URL: `${model.url}/v1` });
      const id = '0f0e0d0c-0b0a-4908-8706-050403020100';
      expect(await agent.canResume?.('an-execution', id)).toBe(false);
      const said = Promise.withResolvers<void>();
      const first = agent.start(
        await taskIn(home, { id, resumed: false }),
        sinkOf(({ type }) => {
          if (type === 'agent.text') said.resolve();
        }),
      );
      await said.promise;
      await expect
        .poll(async () => await agent.canResume?.('an-execution', id), { timeout: 60_000 })
        .toBe(true);
      first.stop('drained');
      expect(await first.ended).toMatchObject({ outcome: 'drained', session_id: id });

      const second = agent.start(
        await taskIn(home, { id, resumed: true }),
        sinkOf(() => undefined),
      );
      expect(await second.ended).toMatchObject({ outcome: 'completed', result: 'Now it is done.' });
      expect(texts(model.requests.at(-1)?.body as ModelRequest)).toContain('PINEAPPLE');
    } finally {
      await model.close();
    }
  });

  it('that is not there any more is lost, which is no failure', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const model = await startScriptedModel({ script: () => say('Done.') });
    try {
      const agent = agentFor(home, { OPENAI_API_KEY: 'sk-made-up', OPENAI_BASE_URL: `${model.url}/v1` });
      const id = '0f0e0d0c-0b0a-4908-8706-050403020101';
      const threads = join(home, 'homes/an-execution/cc-executor');
      await mkdir(threads, { recursive: true });
      await writeFile(join(threads, id), '01a227ff-864e-72d0-9bae-cfc56e856148');
      const run = agent.start(
        await taskIn(home, { id, resumed: true }),
        sinkOf(() => undefined),
      );
      expect(await run.ended).toMatchObject({ outcome: 'conversation_lost' });
    } finally {
      await model.close();
    }
  });
});

/** Ends an attempt in the middle and resumes its thread, which the model then answers by `script`. */
async function interruptedAndResumed(script: (request: ModelRequest, home: string) => Reply) {
  const home = await mkdtemp(join(folder, 'home-'));
  const model = await startScriptedModel({
    script: (request) => {
      if (texts(request).includes(CONTINUES)) return script(request, home);
      return texts(request).includes('tool_result')
        ? hang()
        : {
            ...useTool('update_plan', { plan: [] }, 'I plan.'),
            usage: { input_tokens: 1000, output_tokens: 10 },
          };
    },
  });
  try {
    const agent = agentFor(home, { OPENAI_API_KEY: 'sk-made-up', OPENAI_BASE_URL: `${model.url}/v1` });
    const id = '0f0e0d0c-0b0a-4908-8706-050403020102';
    const counted = Promise.withResolvers<void>();
    const first = agent.start(await taskIn(home, { id, resumed: false }), {
      ...sinkOf(() => undefined),
      message: (json) => {
        if (json.includes('thread/tokenUsage/updated')) counted.resolve();
        return undefined;
      },
    });
    await counted.promise;
    await expect
      .poll(async () => await agent.canResume?.('an-execution', id), { timeout: 60_000 })
      .toBe(true);
    first.stop('drained');
    const before = await first.ended;
    const second = agent.start(
      await taskIn(home, { id, resumed: true }),
      sinkOf(() => undefined),
    );
    return { before, after: await second.ended };
  } finally {
    await model.close();
  }
}

const FULL = raw(
  `event: response.failed\ndata: ${JSON.stringify({
    type: 'response.failed',
    response: {
      id: 'resp_1',
      object: 'response',
      status: 'failed',
      error: {
        code: 'context_length_exceeded',
        message: 'Your input exceeds the context window of this model.',
      },
    },
  })}\n\n`,
);
const EMPTY = say('');
const WORK = useTool('update_plan', { plan: [] }, 'I plan more.');

describe('a resumed thread', () => {
  it('counts only the tokens of its own attempt', async () => {
    const usage = { input_tokens: 2000, output_tokens: 20 };
    const { before, after } = await interruptedAndResumed((request) =>
      texts(request).includes('Once more')
        ? say('Done.', { usage })
        : { ...useTool('update_plan', { plan: [] }, 'Once more.'), usage },
    );
    expect(before).toMatchObject({ usage: { input_tokens: 1000, output_tokens: 10 } });
    expect(after).toMatchObject({ outcome: 'completed', usage: { input_tokens: 4000, output_tokens: 40 } });
  });

  it.each([
    ['has no more room', () => FULL],
    ['is invalid to the model', () => httpError(400, { error: { message: 'Invalid input[3].' } })],
    ['has no answer', () => EMPTY],
    [
      'ends Codex',
      (_: ModelRequest, home: string) => {
        for (const pid of processesWith(`CODEX_HOME=${home}`)) process.kill(pid, 'SIGKILL');
        return hang();
      },
    ],
  ])('that %s is lost, which is no failure of the task', async (_, script) => {
    const { after } = await interruptedAndResumed(script);
    expect(after).toMatchObject({ outcome: 'conversation_lost', message: expect.any(String) as string });
  });

  it.each([
    ['has no more room', FULL, 'conversation_lost'],
    ['has no answer', EMPTY, 'no_result'],
  ])('that %s after the model has worked in it ends by what that means', async (_, reply, outcome) => {
    const { after } = await interruptedAndResumed((request) =>
      texts(request).split(CONTINUES)[1]?.includes('tool_result') === true ? reply : WORK,
    );
    expect(after).toMatchObject({ outcome });
  });
});

describe('the login of the user', () => {
  it('is the only thing of the user in the folder of Codex', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    await mkdir(join(home, '.codex'));
    await writeFile(join(home, '.codex/auth.json'), '{"OPENAI_API_KEY": "sk-login"}');
    await writeFile(join(home, '.codex/config.toml'), 'developer_instructions = "Say BANANA."');
    const model = await startScriptedModel({ script: (request) => say(JSON.stringify(request.system)) });
    try {
      const agent = agentFor(home, { OPENAI_BASE_URL: `${model.url}/v1` });
      const run = agent.start(
        await taskIn(home, null),
        sinkOf(() => undefined),
      );
      const { outcome, result } = await run.ended;
      expect({ outcome, banana: result?.includes('BANANA') }).toEqual({
        outcome: 'completed',
        banana: false,
      });
      expect(await readlink(join(home, 'homes/an-execution/auth.json'))).toBe(join(home, '.codex/auth.json'));
      expect(model.requests.at(-1)?.headers.authorization).toBe('Bearer sk-login');
    } finally {
      await model.close();
    }
  });
});
