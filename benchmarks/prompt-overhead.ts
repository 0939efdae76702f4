import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROMPTS, promptStack } from './claude.ts';
import { median, milliseconds, print } from './report.ts';
import { SHELL } from './stack.ts';

// What a list of ten prompts costs through the stack, beside a shell that runs `claude -p` ten times, with the same
// program and the same scripted model. A start ahead of its prompt, when there is one, would show here.
const RUNS = 5;
const { stack, program, env, stop } = await promptStack();

/** In milliseconds. */
async function shellLoop(): Promise<number> {
  const script = 'for prompt in "$@"; do "$CLAUDE" -p "$prompt" < /dev/null > /dev/null || exit 1; done';
  const began = performance.now();
  const shell = spawn(SHELL, ['-c', script, 'loop', ...PROMPTS], {
    cwd: stack.dataDirectory,
    env: { ...env, CLAUDE: program },
    stdio: 'ignore',
  });
  const [code] = (await once(shell, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The loop ended with ${String(code)}.`);
  return performance.now() - began;
}

/** In milliseconds. */
async function list(): Promise<number> {
  const { status, total_execution_time } = await stack.runTasks(PROMPTS);
  if (status !== 'completed') throw new Error(`The list is ${status}.`);
  return total_execution_time * 1000;
}

await list();
const ours: number[] = [];
const loop: number[] = [];
for (let run = 0; run < RUNS; run++) {
  // Each first in turn, so that what the machine does beside it hits both.
  for (const measure of run % 2 ? [list, shellLoop] : [shellLoop, list])
    (measure === list ? ours : loop).push(await measure());
}
await stop();

const ratios = ours.map((one, index) => one / (loop[index] ?? NaN));
print(`A list of ${String(PROMPTS.length)} prompts (${String(RUNS)} runs, medians and ranges)`, [
  ['through the stack', milliseconds(ours)],
  ['a shell loop of claude -p', milliseconds(loop)],
  [
    'ratio (aim: at most 1.05)',
    `${median(ratios).toFixed(3)} [${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}]`,
  ],
]);
