import { execFileSync } from 'node:child_process';
import { PROMPTS, promptStack } from './claude.ts';
import { print } from './report.ts';

// What the worker itself has in memory while it runs a hundred prompts, each by its own agent process: flat, when
// nothing of a task stays behind.
const LISTS = 10;
const { stack, stop } = await promptStack();

/** The memory of the worker, without its agents, in MB. */
function workerMegabytes(): number {
  const rss = execFileSync('ps', ['-o', 'rss=', '-p', String(stack.pids()['worker'])], { encoding: 'utf8' });
  return Number(rss) / 1024;
}

const samples: number[] = [];
for (let list = 0; list < LISTS; list++) {
  const { status } = await stack.runTasks(PROMPTS);
  if (status !== 'completed') throw new Error(`A list is ${status}.`);
  samples.push(workerMegabytes());
}
await stop();

// The first lists load and compile what later ones use; of the rest, the lower values are those after a collection.
const lowest = (values: number[]) => Math.min(...values);
const [early, late] = [lowest(samples.slice(1, 4)), lowest(samples.slice(-3))];
print(`The worker's memory over ${String(LISTS * PROMPTS.length)} prompts`, [
  ['after each ten', samples.map((sample) => sample.toFixed(0)).join(' ') + ' MB'],
  ['grown from the first thirty to the last (aim: at most 5 MB)', `${(late - early).toFixed(1)} MB`],
]);
