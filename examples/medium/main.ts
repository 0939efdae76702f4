import { CcExecutor } from '@cc-executor/sdk';

// Three agents write the same, each in a copy of the workspace of its own and at the same time. A fourth one compares what they
// have made, and the list goes on with the one that it picks.
const NAMES = ['write (1 of 3)', 'write (2 of 3)', 'write (3 of 3)', 'compare', 'test'];

const cc = new CcExecutor({
  url: process.env['CC_EXECUTOR_URL'] ?? 'http://127.0.0.1:8001',
  apiKey: process.env['CC_EXECUTOR_API_KEY'],
});

const execution = await cc.execute([
  {
    name: 'write',
    prompt: 'Write median.mjs, which exports a function that returns the median of a list of numbers.',
    variants: 3,
  },
  {
    name: 'compare',
    prompt: 'Which one is right for lists of any length, and the simplest of these?',
    pick: 'write',
  },
  {
    name: 'test',
    command: `node -e "import('./median.mjs').then(({ median }) => console.log(median([4, 1, 3, 2])))"`,
  },
]);
for await (const event of execution) {
  if (event.type !== 'task.completed' && event.type !== 'task.failed') continue;
  console.log(`${NAMES[(event.task ?? 0) - 1] ?? ''}: ${event.data.outcome}`);
}
const { results } = await execution.result();
const { picked } = results[3] ?? {};
console.log(picked ? `variant ${String(picked.variant)}: ${picked.why ?? ''}` : 'none was picked');
console.log(results[4]?.stdout.trim());
