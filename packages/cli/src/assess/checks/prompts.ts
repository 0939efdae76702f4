import { strict as assert } from 'node:assert';
import type { Check } from '../check.ts';

const ADD = 'What is two plus two? Answer with the digit.';
const FAULTS = 'it needs a model that fails on demand';

export const prompts: readonly Check[] = [
  {
    id: 'prompt',
    title: 'A prompt is answered, and its cost is reported',
    run: async (installation) => {
      const { results } = await installation.run({ tasks: [ADD] });
      const [task] = results;
      assert.equal(task?.status, 'completed', task?.message ?? '');
      assert.match(task.result ?? '', /4/);
      assert.equal(task.exit_code, null);
      assert.ok((task.usage?.output_tokens ?? 0) > 0, 'no tokens were counted');
      assert.match(task.agent_version ?? '', /^\d+\.\d+/);
    },
  },
  {
    id: 'fresh-agents',
    title: 'Prompts are run in order by fresh agents, and find what the one before has written',
    run: async (installation) => {
      const tasks = [
        'Use the Bash tool to write the word hello into greeting.txt. Then say: Done.',
        'Use the Bash tool to look what is in greeting.txt, and say it.',
      ];
      const { results } = await installation.run({ tasks });
      assert.deepEqual(
        results.map(({ status }) => status),
        ['completed', 'completed'],
        results[0]?.message ?? '',
      );
      assert.match(results[1]?.result ?? '', /hello/i);
      assert.notEqual(results[0]?.session_id, results[1]?.session_id);
    },
  },
  {
    id: 'agent-events',
    title: 'What an agent says and does is in the events',
    run: async (installation) => {
      const id = await installation.submit({ tasks: [ADD] });
      const types = new Set((await installation.events(id)).map(({ type }) => type));
      for (const type of ['agent.init', 'agent.delta', 'agent.text', 'agent.result'] as const)
        assert.ok(types.has(type), `there is no ${type}`);
    },
  },
  {
    id: 'json',
    title: 'An answer is JSON by a schema, if requested',
    run: async (installation) => {
      const json_schema = {
        type: 'object',
        properties: { capital: { type: 'string' } },
        required: ['capital'],
        additionalProperties: false,
      };
      const { results } = await installation.run({
        tasks: [{ prompt: 'What is the capital of France?', json_schema }],
      });
      assert.deepEqual(results[0]?.json, { capital: 'Paris' });
    },
  },
  {
    id: 'cancel-prompt',
    title: 'A prompt that never ends can be cancelled',
    scriptedOnly: FAULTS,
    run: async (installation) => {
      const id = await installation.submit({ tasks: ['Think for ever.'] });
      await installation.until('it runs', async () => (await installation.status(id)).current_task);
      await installation.call('DELETE', `/executions/${id}`);
      assert.equal((await installation.ended(id)).status, 'cancelled');
    },
  },
  {
    id: 'burst',
    title: 'A model that refuses for a burst is waited for, and the attempt does not count',
    scriptedOnly: FAULTS,
    run: async (installation) => {
      const id = await installation.submit({ tasks: ['Ask too often.'] });
      const status = await installation.until('it waits', async () => {
        const now = await installation.status(id);
        return now.status === 'waiting' ? now : null;
      });
      assert.deepEqual([status.reason, status.failed_tasks], ['burst', 0]);
      await installation.call('DELETE', `/executions/${id}`);
      await installation.ended(id);
    },
  },
  // The last of the prompts: prompts after a rejected credential wait until it is retried.
  {
    id: 'bad-credential',
    title: 'A credential that is refused pauses the list, and says what to do',
    scriptedOnly: FAULTS,
    run: async (installation) => {
      const id = await installation.submit({ tasks: ['Ask without leave.'] });
      const status = await installation.until('it is paused', async () => {
        const now = await installation.status(id);
        return now.status === 'paused' ? now : null;
      });
      assert.equal(status.reason, 'auth_required');
      await installation.call('DELETE', `/executions/${id}`);
      await installation.ended(id);
    },
  },
];
