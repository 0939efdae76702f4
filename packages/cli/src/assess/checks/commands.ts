import { strict as assert } from 'node:assert';
import type { Check } from '../check.ts';
import { isAlive } from '../is-alive.ts';

const summary = ({ results }: { results: { status: string; outcome: unknown; exit_code: unknown }[] }) =>
  results.map(({ status, outcome, exit_code }) => [status, outcome, exit_code]);

export const commands: readonly Check[] = [
  {
    id: 'command',
    title: 'A command runs, and its output and exit code are reported',
    run: async (installation) => {
      const { results } = await installation.run({ tasks: [{ command: 'echo out; echo err >&2' }] });
      assert.deepEqual(
        [results[0]?.stdout, results[0]?.stderr, results[0]?.exit_code],
        ['out\n', 'err\n', 0],
      );
    },
  },
  {
    id: 'exit-code',
    title: 'A command that fails is a failure, with its exit code',
    run: async (installation) => {
      const done = await installation.run({ tasks: [{ command: 'exit 3' }] });
      assert.deepEqual([done.status, summary(done)], ['failed', [['failed', 'nonzero_exit', 3]]]);
    },
  },
  {
    id: 'signal',
    title: 'A command that is killed is a failure, with the signal',
    run: async (installation) => {
      const { results } = await installation.run({ tasks: [{ command: 'kill -9 $$' }] });
      assert.deepEqual(
        [results[0]?.outcome, results[0]?.signal, results[0]?.exit_code],
        ['signalled', 'SIGKILL', null],
      );
    },
  },
  {
    id: 'order',
    title: 'Tasks run in their order, in one workspace',
    run: async (installation) => {
      const tasks = ['echo one > log', 'echo two >> log', 'cat log'].map((command) => ({ command }));
      const { results } = await installation.run({ tasks });
      assert.equal(results[2]?.stdout, 'one\ntwo\n');
    },
  },
  {
    id: 'stop',
    title: 'A failure stops the list, and the rest is skipped',
    run: async (installation) => {
      const { results } = await installation.run({ tasks: [{ command: 'false' }, { command: 'true' }] });
      assert.deepEqual(
        results.map(({ status }) => status),
        ['failed', 'skipped'],
      );
    },
  },
  {
    id: 'continue',
    title: 'With on_failure "continue" the rest runs',
    run: async (installation) => {
      const tasks = [{ command: 'false' }, { command: 'true' }];
      const { results } = await installation.run({ tasks, on_failure: 'continue' });
      assert.deepEqual(
        results.map(({ status }) => status),
        ['failed', 'completed'],
      );
    },
  },
  {
    id: 'bytes',
    title: 'The text of a command reaches the shell byte for byte',
    run: async (installation) => {
      const said = `"double" 'single' \`back\` $HOME {{tasks.1}} é 漢 🙂 \\n`;
      const { results } = await installation.run({ tasks: [{ command: `cat <<'END'\n${said}\nEND` }] });
      assert.equal(results[0]?.stdout, `${said}\n`);
    },
  },
  {
    id: 'large-output',
    title: 'All of a large output is kept, in order',
    run: async (installation) => {
      const id = await installation.submit({ tasks: [{ command: 'seq 1 300000' }] });
      await installation.ended(id);
      const { text } = await installation.call('GET', `/executions/${id}/tasks/1/output`);
      const lines = text.trimEnd().split('\n');
      assert.deepEqual([lines.length, lines[0], lines.at(-1)], [300_000, '1', '300000']);
    },
  },
  {
    id: 'timeout',
    title: 'A timeout ends a task with all processes that it started, and does not count as success',
    run: async (installation) => {
      const id = await installation.submit({ tasks: [{ command: 'sleep 600 & echo $!; wait', timeout: 1 }] });
      await installation.ended(id);
      const { results } = (await installation.call('GET', `/executions/${id}/results`)).json() as {
        results: { status: string; stdout: string }[];
      };
      assert.equal(results[0]?.status, 'timed_out');
      assert.equal(isAlive(Number(results[0].stdout)), false, 'its child still runs');
    },
  },
  {
    id: 'retries',
    title: 'A task that fails is tried again as often as it says',
    run: async (installation) => {
      const command = 'echo x >> tries; [ $(wc -l < tries) -ge 2 ]';
      const { results } = await installation.run({ tasks: [{ command, retries: 2 }] });
      assert.deepEqual([results[0]?.status, results[0]?.attempt], ['completed', 2]);
    },
  },
  {
    id: 'cancel',
    title: 'A cancel ends what runs, and says so only then',
    run: async (installation) => {
      const id = await installation.submit({
        tasks: [{ command: 'echo on; sleep 600' }, { command: 'true' }],
      });
      await installation.prints(id, 1, 'on\n');
      const { status } = await installation.call('DELETE', `/executions/${id}`);
      assert.equal(status, 202);
      assert.equal((await installation.ended(id)).status, 'cancelled');
      const pids = (await installation.events(id)).flatMap((event) =>
        event.type === 'task.process' ? [event.data.pid] : [],
      );
      assert.deepEqual(
        [pids.length, pids.filter(isAlive)],
        [1, []],
        'its process was not reported, or still runs',
      );
    },
  },
  {
    id: 'pause',
    title: 'A paused execution stops, and continues when it is resumed',
    run: async (installation) => {
      const id = await installation.submit({ tasks: [{ command: 'sleep 2; echo done' }] });
      await installation.until('it runs', async () => (await installation.status(id)).current_task);
      assert.equal((await installation.call('POST', `/executions/${id}/pause`)).status, 202);
      await installation.until('it is paused', async () =>
        (await installation.status(id)).status === 'paused' ? true : null,
      );
      assert.equal((await installation.call('POST', `/executions/${id}/resume`)).status, 202);
      assert.equal((await installation.ended(id)).status, 'completed');
    },
  },
];
