import { CcExecutor } from '@cc-executor/sdk';

// Three tasks in order, each by a fresh agent. They share one folder: what the first writes, the next one finds.
const cc = new CcExecutor({
  url: process.env['CC_EXECUTOR_URL'] ?? 'http://127.0.0.1:8001',
  apiKey: process.env['CC_EXECUTOR_API_KEY'],
});
const execution = await cc.execute([
  { name: 'write', prompt: 'Write add.mjs, with a function add(a, b).' },
  { name: 'test', prompt: 'Write add.test.mjs with node:test for add.mjs, and run it.' },
  { name: 'look', command: 'ls' },
]);

for await (const event of execution) {
  if (event.type === 'task.started') console.log(`${String(event.task)}. ${event.data.description}`);
  if (event.type === 'agent.text') console.log(`   ${event.data.text}`);
  if (event.type === 'task.output') console.log(event.data.data.replace(/^/gm, '   ').trimEnd());
}

const { status, completed_tasks: succeeded, total_tasks: total } = await execution.result();
console.log(`${status}: ${String(succeeded)} of ${String(total)} tasks succeeded`);
process.exitCode = status === 'completed' ? 0 : 1;
