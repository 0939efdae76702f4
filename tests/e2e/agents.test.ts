import type { AgentsView } from '@cc-executor/contracts';
import {
  codexProgram,
  delay,
  processesWith,
  say,
  startScriptedModel,
  useTool,
  waitFor,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const KEY = 'sk-made-up-for-codex';
const CONTINUES = 'You stopped before you were done';
let model: ScriptedModel;
let under: StackUnderTest;
beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      const told = JSON.stringify(request.messages);
      if (told.includes('SLOWLY') && !told.includes(CONTINUES))
        return told.includes('tool_result')
          ? delay(600_000, say('Too late.'))
          : useTool('update_plan', { plan: [] }, 'I plan it.');
      return say(`${request.model} was asked.`);
    },
  });
  under = await startStackUnderTest({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: `${model.url}/v1`,
    CC_EXECUTOR_CODEX: codexProgram(),
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const agentsOf = async (stack: StackUnderTest) => (await stack.call('GET', '/agents')).body as AgentsView;
const codexIs = async (stack: StackUnderTest, status: string) =>
  await waitFor(
    async () =>
      (await agentsOf(stack)).agents.find((agent) => agent.name === 'codex' && agent.status === status),
    { seconds: 60, what: `codex to be ${status}` },
  );

describe('a list for several agents', () => {
  // Proves: agents-beside-each-other
  it('has each task done by its own, with what the one before has answered', async () => {
    const id = await under.submit({
      template: true,
      tasks: [
        { prompt: 'Build it.', model: 'claude-scripted' },
        { prompt: 'Review: {{tasks.1.result}}', agent: 'model', model: 'reviewer-1' },
        { prompt: 'Improve: {{tasks.2.result}}', agent: 'codex', model: 'gpt-scripted' },
        { command: 'env | grep -c made-up-for-codex; cat "$CC_EXECUTOR_RESULT_3"' },
      ],
      on_failure: 'continue',
    });
    expect(await under.ended(id, 120)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(id);
    expect(results).toMatchObject([
      { result: 'claude-scripted was asked.' },
      { result: 'reviewer-1 was asked.', agent_version: null },
      { result: 'gpt-scripted was asked.', agent_version: '0.171.0' },
      { stdout: '0\ngpt-scripted was asked.' },
    ]);
    const improved = model.requests.find(({ body }) => body.model === 'gpt-scripted');
    expect(JSON.stringify(improved?.body.messages)).toContain('Improve: reviewer-1 was asked.');
    expect(improved?.headers.authorization).toBe(`Bearer ${KEY}`);
    const { body } = await under.call('GET', `/executions/${id}/verification`);
    expect(body).toMatchObject({ verdict: 'verified' });
  });

  it('resumes the thread of Codex when its worker was killed, and leaves no process of it', async () => {
    const id = await under.submit({
      tasks: [{ prompt: 'Do it SLOWLY.', agent: 'codex', model: 'gpt-slow' }],
    });
    // Its first words are stored, so that there is something to resume.
    await waitFor(async () => (await under.eventsSoFar(id)).some(({ type }) => type === 'agent.text'), {
      seconds: 120,
      what: 'Codex to work',
    });
    process.kill(under.stack.pids()['worker'] ?? 0, 'SIGKILL');
    expect(await under.ended(id, 180)).toMatchObject({ status: 'completed' });
    expect(processesWith(`CC_EXECUTOR_EXECUTION_ID=${id}`)).toEqual([]);
    expect((await under.results(id)).results).toMatchObject([{ result: 'gpt-slow was asked.', attempt: 2 }]);
  });
});

describe('the agents of an installation', () => {
  it('are reported with what they can do, and what was found of them', async () => {
    expect(await codexIs(under, 'ready')).toMatchObject({
      runs: 'prompt',
      version: '0.171.0',
      tested_version: '0.171.0',
      install: null,
      resumes: true,
      isolation: ['process', 'container'],
    });
    const server = { origin: model.url, status: 'answers' };
    const agents = await waitFor(
      async () => {
        const view = (await agentsOf(under)).agents;
        const servers = view.map(({ model_server: one }) => one);
        return servers.filter((one) => one !== null).length === 3 ? view : null;
      },
      { seconds: 60, what: 'the servers of three agents to be tried' },
    );
    for (const name of ['claude', 'codex', 'model'])
      expect(agents.find((agent) => agent.name === name)).toMatchObject({ model_server: server });
    expect(agents.map(({ name }) => name)).toEqual(['claude', 'codex', 'acp', 'model', 'command', 'tool']);
    expect(JSON.stringify(agents)).not.toContain(KEY);
  });

  // Proves: agent-is-checked-before
  it('are refused in a list where they are not installed, with the command that installs them', async () => {
    const other = await startStackUnderTest({
      PATH: '/usr/local/bin:/usr/bin:/bin',
      ANTHROPIC_API_KEY: 'sk-test',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
    });
    try {
      await codexIs(other, 'not_installed');
      const { status, body } = await other.call('POST', '/execute', {
        tasks: [{ prompt: 'x', agent: 'codex' }],
      });
      expect({ status, body }).toMatchObject({
        status: 400,
        body: {
          code: 'INVALID_REQUEST',
          errors: [
            {
              path: 'tasks[0].agent',
              message: 'is "codex", which is not installed; install it: cc-executor agents install codex',
            },
          ],
        },
      });
      const claude = await waitFor(
        async () => (await agentsOf(other)).agents.find(({ model_server: server }) => server !== null),
        { seconds: 60, what: 'the server of the model to be tried' },
      );
      expect(claude).toMatchObject({ name: 'claude', model_server: { status: 'unreachable' } });
      expect((await other.call('GET', '/health')).body).toMatchObject({
        checks: { models: { status: 'unknown', message: expect.stringContaining('ECONNREFUSED') as string } },
      });
    } finally {
      await other.stop();
    }
  });
});
