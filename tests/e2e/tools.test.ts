import {
  processesWith,
  say,
  startScriptedModel,
  toolServer,
  waitFor,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let model: ScriptedModel;
let under: StackUnderTest;
const prompts: string[] = [];
beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      prompts.push(JSON.stringify(request.messages));
      return say('She said: "{{x}}", {"text": 1}');
    },
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const mcp_servers = { tools: { ...toolServer(), env: { TOLD: 'a secret' } } };

describe('a list of tools, prompts and commands', () => {
  // Proves: tool-call-is-a-task
  it('gives what one task gave to the next, as a value', async () => {
    const id = await under.submit({
      mcp_servers,
      template: true,
      vars: { who: 'she' },
      tasks: [
        { tool: { server: 'tools', name: 'echo', arguments: { text: 'What did {{vars.who}} say?' } } },
        { prompt: '{{tasks.1.result}}' },
        { name: 'again', tool: { server: 'tools', name: 'echo', arguments: { text: '{{tasks.2.result}}' } } },
        { command: 'cat "$CC_EXECUTOR_RESULT_3"' },
        { tool: { server: 'tools', name: 'structured' } },
      ],
    });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(id);
    const said = 'She said: "{{x}}", {"text": 1}';
    expect(results).toMatchObject([
      {
        task_description: 'tools: echo',
        outcome: 'completed',
        result: 'What did she say?',
        stdout: 'What did she say?',
        exit_code: null,
        agent_version: 'tools 1.2',
        cost_usd: null,
      },
      { result: said },
      { task_description: 'again', result: said },
      { stdout: said },
      { result: 'two', json: { count: 2, names: ['a', 'b'] } },
    ]);
    expect(prompts.join('\n')).toContain('What did she say?');
    const { body } = await under.call('GET', `/executions/${id}/verification`);
    expect(body).toMatchObject({
      verdict: 'verified',
      tasks: Array.from({ length: 5 }, () => ({ verdict: 'verified' })),
    });
  });

  it('shows no secret of its server, and can be submitted again', async () => {
    const tool = { server: 'tools', name: 'echo', arguments: { text: 'told' } };
    const id = await under.submit({ mcp_servers, tasks: [{ tool }] });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    const { body } = await under.call('GET', `/executions/${id}`);
    expect(body).toMatchObject({ tasks: [{ kind: 'tool', agent: 'tool' }] });
    const again = await under.call('GET', `/executions/${id}/submission`);
    expect(again.body).toMatchObject({ tasks: [{ tool, mcp_servers: { tools: toolServer() } }] });
    expect(JSON.stringify([body, again.body])).not.toContain('a secret');
  });

  it('repeats a call whose worker was killed, and leaves no server of it', async () => {
    const tool = { server: 'tools', name: 'reports_progress', arguments: { until: 40, file: '/dev/null' } };
    const id = await under.submit({ mcp_servers, tasks: [{ tool }] });
    await waitFor(async () => (await under.eventsSoFar(id)).some(({ type }) => type === 'agent.message'));
    const mark = `CC_EXECUTOR_EXECUTION_ID=${id}`;
    // The server; what makes the call may have been started before the attempt was known.
    expect(processesWith(mark)).not.toEqual([]);
    process.kill(under.stack.pids()['worker'] ?? 0, 'SIGKILL');
    expect(await under.ended(id, 120)).toMatchObject({ status: 'completed' });
    expect(processesWith(mark)).toEqual([]);
    expect((await under.results(id)).results).toMatchObject([{ outcome: 'completed', attempt: 2 }]);
  });
});
