import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { median, print } from './report.ts';
import { benchmarkStack, SHELL } from './stack.ts';

// How near lists whose tasks need others come to what the longest path and the number of tasks at the same time allow.
const PARALLEL = 4;
const GRAPHS = 14;
/** Of one task, in seconds. */
const SHORTEST = 1;
const LONGEST = 2;

/** So many times the machine's own time for a command is measured before each list. */
const BARE_RUNS = 5;

interface Task {
  seconds: number;
  /** By index from 0. */
  needs: number[];
}

/** A small generator of numbers that a seed makes again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function graphOf(seed: number): Task[] {
  const random = randomFrom(seed);
  return Array.from({ length: 5 + Math.floor(random() * 5) }, (_, index) => ({
    seconds: SHORTEST + Math.round(random() * (LONGEST - SHORTEST) * 10) / 10,
    needs: Array.from({ length: index }, (__, other) => other).filter(() => random() < 0.3),
  }));
}

/** The shortest time that any order could take: the longest path, or all work on all places. In seconds. */
function bound(tasks: readonly Task[]): number {
  const until: number[] = [];
  for (const { seconds, needs } of tasks)
    until.push(seconds + Math.max(0, ...needs.map((one) => until[one] ?? 0)));
  return Math.max(...until, work(tasks) / PARALLEL);
}

/** The time that starting what is ready, in the order of the list, takes where nothing else costs any. In seconds. */
function greedy(tasks: readonly Task[]): number {
  const ends = new Map<number, number>();
  let now = 0;
  while (ends.size < tasks.length || [...ends.values()].some((end) => end > now)) {
    const running = [...ends.values()].filter((end) => end > now);
    for (const [index, { seconds, needs }] of tasks.entries())
      if (
        !ends.has(index) &&
        running.length < PARALLEL &&
        needs.every((one) => (ends.get(one) ?? Infinity) <= now)
      ) {
        ends.set(index, now + seconds);
        running.push(now + seconds);
      }
    now = Math.min(...running);
  }
  return now;
}

function work(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { seconds }) => sum + seconds, 0);
}

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

const part = (values: readonly number[]) =>
  `${(median(values) * 100).toFixed(1)} % [${(Math.min(...values) * 100).toFixed(1)} to ${(Math.max(...values) * 100).toFixed(1)}]`;
print(`${String(GRAPHS)} lists of 5 to 9 tasks that need others, ${String(PARALLEL)} at the same time`, [
  ['of what the longest path and the places allow (aim: at least 90 %)', part(ofBound)],
  ['of what starting in the order of the list could reach', part(ofGreedy)],
  ['tasks at the same time, on average', median(parallelism).toFixed(2)],
]);
