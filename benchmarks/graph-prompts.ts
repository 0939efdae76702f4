import { delay, firstUserTexts, say, turnOf, useTool } from '@cc-executor/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promptStack } from './claude.ts';
import { bound, GRAPHS, graphOf, PARALLEL, percent, work, type Task } from './graph-lists.ts';
import { median, print } from './report.ts';

// How near lists of prompts that need others come to what the longest path and the number of tasks at the same time allow. A
// task is Claude Code that asks a scripted model, which takes the task's seconds for its first answer, writes a file by a tool,
// and gets a second answer at once. Its start and its work are no cost of the stack: the bound has what one takes that runs
// alone on this machine. It takes longer beside others, as cores are few: so the same lists are also run by a bare loop that
// starts `claude -p` as soon as its needs allow, without folders, snapshots, receipts, joins or a log.
const BARE_RUNS = 3;
const { stack, program, env, stop } = await promptStack({
  agents: PARALLEL,
  script: (request) => {
    const [, seconds = '0', file = 'file'] =
      /Take (\S+) seconds for (\S+)\./.exec(firstUserTexts(request).join('\n')) ?? [];
    if (turnOf(request) > 0) return say('Done.');
    return delay(Number(seconds) * 1000, useTool('Bash', { command: `date > ${file}` }));
  },
});
let runs = 0;

function promptOf(seconds: number, file: string): string {
  return `Take ${String(seconds)} seconds for ${file}.`;
}

/** Runs Claude Code in a folder of its own. Returns the time that it takes, in seconds. */
async function bareRun(seconds: number): Promise<number> {
  runs += 1;
  const cwd = join(stack.dataDirectory, `bare-${String(runs)}`);
  await mkdir(cwd);
  const began = performance.now();
  const args = ['-p', promptOf(seconds, 'file.txt'), '--allowedTools', 'Bash'];
  const claude = spawn(program, args, { cwd, env, stdio: 'ignore' });
  const [code] = (await once(claude, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`Claude Code ended with ${String(code)}.`);
  return (performance.now() - began) / 1000;
}

/** Runs a graph without the stack. Returns the time that it takes, in seconds. */
async function bareGraph(graph: readonly Task[]): Promise<number> {
  const began = performance.now();
  const started = new Set<number>();
  const ended = new Set<number>();
  const running = new Map<number, Promise<number>>();
  while (ended.size < graph.length) {
    for (const [index, { seconds, needs }] of graph.entries()) {
      if (started.has(index) || running.size >= PARALLEL || !needs.every((one) => ended.has(one))) continue;
      started.add(index);
      running.set(
        index,
        bareRun(seconds).then(() => index),
      );
    }
    const index = await Promise.race(running.values());
    running.delete(index);
    ended.add(index);
  }
  return (performance.now() - began) / 1000;
}

/** Returns the time that the stack takes for a graph, in seconds. */
async function listOf(graph: readonly Task[]): Promise<number> {
  const { status, total_execution_time: took } = await stack.runTasks(
    graph.map(({ seconds, needs }, index) => ({
      prompt: promptOf(seconds, `file-${String(index + 1)}.txt`),
      needs: needs.map((one) => one + 1),
    })),
  );
  if (status !== 'completed') throw new Error(`The list is ${status}.`);
  return took;
}

await listOf([{ seconds: 0, needs: [] }]);
const alone: number[] = [];
const ofBound: number[] = [];
const ofBare: number[] = [];
const bareOfBound: number[] = [];
const parallelism: number[] = [];
for (let seed = 1; seed <= GRAPHS; seed += 1) {
  const graph = graphOf(seed);
  const starts: number[] = [];
  for (let run = 0; run < BARE_RUNS; run += 1) starts.push(await bareRun(0));
  const start = median(starts);
  alone.push(start);
  const tasks = graph.map(({ seconds, needs }) => ({ seconds: seconds + start, needs }));
  // Each first in turn, so that what the machine does beside it hits both.
  const took = seed % 2 ? await listOf(graph) : null;
  const bare = await bareGraph(graph);
  const ours = took ?? (await listOf(graph));
  ofBound.push(bound(tasks) / ours);
  bareOfBound.push(bound(tasks) / bare);
  ofBare.push(bare / ours);
  parallelism.push(work(tasks) / ours);
}
await stop();

print(`${String(GRAPHS)} lists of 5 to 9 prompts that need others, ${String(PARALLEL)} at the same time`, [
  ['of what the longest path and the places allow (aim: at least 90 %)', percent(ofBound)],
  ['the same of a bare loop of claude -p', percent(bareOfBound)],
  ['of what that loop reaches on these cores', percent(ofBare)],
  ['tasks at the same time, on average', median(parallelism).toFixed(2)],
  ['Claude Code alone, without the seconds of the model', `${median(alone).toFixed(2)} s`],
]);
