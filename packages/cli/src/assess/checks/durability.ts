import { strict as assert } from 'node:assert';
import type { Check } from '../check.ts';

export const durability: readonly Check[] = [
  {
    id: 'restart',
    title: 'A restart loses nothing: ended executions are there, and running ones continue',
    run: async (installation) => {
      const done = await installation.submit({ tasks: [{ command: 'echo kept' }] });
      await installation.ended(done);
      const before = await installation.events(done);
      const command = 'echo x >> begun; echo on; [ $(wc -l < begun) -ge 2 ] || sleep 600';
      const running = await installation.submit({ tasks: [{ command: 'true' }, { command }] });
      await installation.prints(running, 2, 'on\n');
      await installation.restart();
      assert.deepEqual(await installation.events(done), before);
      assert.equal((await installation.ended(running)).status, 'completed');
      const started = (await installation.events(running)).filter(
        ({ type, task }) => type === 'task.started' && task === 1,
      );
      assert.equal(started.length, 1, 'the task that had settled ran again');
    },
  },
];
