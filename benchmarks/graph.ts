import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bound, GRAPHS, graphOf, greedy, PARALLEL, percent, work } from './graph-lists.ts';
import { median, print } from './report.ts';
import { benchmarkStack, SHELL } from './stack.ts';

// How near lists of commands that need others come to what the longest path and the number of tasks at the same time allow.
/** So many times the machine's own time for a command is measured before each list. */
const BARE_RUNS = 5;

function commandOf(seconds: number, file: string): string {
  return `sleep ${String(seconds)}; date > ${file}`;
}

/** Returns what a command takes on this machine beyond the time that it sleeps, in seconds. */
async function bareSeconds(): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < BARE_RUNS; run += 1) {
    const began = performance.now();
    await promisify(execFile)(SHELL, ['-c', commandOf(0.1, '/dev/null')]);
    runs.push((performance.now() - began) / 1000 - 0.1);
  }
  return median(runs);
}

const stack = await benchmarkStack();
await stack.run(['true']);
const ofBound: number[] = [];
const ofGreedy: number[] = [];
const parallelism: number[] = [];
for (let seed = 1; seed <= GRAPHS; seed += 1) {
  const graph = graphOf(seed);
  const list = graph.map(({ seconds, needs }) => ({
    command: commandOf(seconds, '$CC_EXECUTOR_TASK.txt'),
    needs: needs.map((one) => one + 1),
  }));
  const bare = await bareSeconds();
  const tasks = graph.map(({ seconds, needs }) => ({ seconds: seconds + bare, needs }));
  const { status, total_execution_time: took } = await stack.runTasks(list);
  if (status !== 'completed') throw new Error(`Graph ${String(seed)} is ${status}.`);
  ofBound.push(bound(tasks) / took);
  ofGreedy.push(greedy(tasks) / took);
  parallelism.push(work(tasks) / took);
}
await stack.stop();

print(`${String(GRAPHS)} lists of 5 to 9 tasks that need others, ${String(PARALLEL)} at the same time`, [
  ['of what the longest path and the places allow (aim: at least 90 %)', percent(ofBound)],
  ['of what starting in the order of the list could reach', percent(ofGreedy)],
  ['tasks at the same time, on average', median(parallelism).toFixed(2)],
]);
