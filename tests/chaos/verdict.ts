import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { effectsOf, expectedOutput, needsOf, TASKS, type Followed } from './lists.ts';
import { persist } from './services.ts';

interface Event {
  seq: number;
  at: string;
  type: string;
  task?: number;
  attempt?: number;
  data: Record<string, unknown>;
}

export interface Verdict {
  id: string;
  faults: string[];
  attempts: number;
  /** Attempts that were made again because a worker was lost. */
  lost: number;
  events: Event[];
}

/** Reads the state and the log of an execution. `isCounted`: whether numbers are those of its events, in order. */
export async function readEvents(api: string, id: string) {
  const status = (await (await persist(`${api}/executions/${id}/status`)).json()) as {
    status: string;
    head: number;
  };
  const text = await (await persist(`${api}/executions/${id}/events`)).text();
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as Event);
  const isCounted = (seqs: readonly number[]) =>
    seqs.every((seq, index) => seq === index + 1) && seqs.length === status.head;
  return { status, events, isCounted };
}

/** All that must hold for one execution, after everything that was done to its workers. */
export async function judge(
  api: string,
  workspaces: string,
  id: string,
  followed: Followed,
): Promise<Verdict> {
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => holds || faults.push(`${id}: ${fault}`);
  const { status, events, isCounted: counted } = await readEvents(api, id);
  check(status.status === 'completed', `it is ${status.status}`);
  check(counted(events.map(({ seq }) => seq)), 'its log is not 1..n');
  check(
    counted(followed.seqs),
    `its follower has ${String(followed.seqs.length)} of ${String(status.head)} events, or not in order`,
  );

  const files = new Set(Array.from({ length: TASKS }, (_, index) => effectsOf(id, index + 1)));
  const texts = await Promise.all(
    [...files].map(async (name) => await readFile(join(workspaces, id, name), 'utf8')),
  );
  const effects = texts.join('').trim().split('\n');
  check(!effects.includes('overlap'), 'two attempts met');
  const begun = effects.filter((line) => line.startsWith('begin')).map((line) => Number(line.split(' ')[1]));
  check(
    begun.every((task, index) => index === 0 || task >= (begun[index - 1] ?? 0)),
    'a task ran after a later one',
  );
  let attempts = 0;
  for (let task = 1; task <= TASKS; task++) {
    const started = events.filter(({ type, task: of }) => type === 'task.started' && of === task).length;
    const completed = events.filter(({ type, task: of }) => type === 'task.completed' && of === task).length;
    attempts += started;
    check(completed === 1, `task ${String(task)} completed ${String(completed)} times`);
    check(
      begun.filter((of) => of === task).length <= started,
      `task ${String(task)} ran more often than is told`,
    );
    const output = await (await persist(`${api}/executions/${id}/tasks/${String(task)}/output`)).text();
    check(output === expectedOutput(task), `the output of task ${String(task)} is not what it printed`);
    const first = events.findIndex(({ type, task: of }) => type === 'task.started' && of === task);
    const before = events.slice(0, first).filter(({ type }) => type === 'task.completed');
    check(
      needsOf(id, task).every((one) => before.some(({ task: of }) => of === one)),
      `task ${String(task)} started before what it needs had settled`,
    );
    const settled = events.findIndex(({ type, task: of }) => type === 'task.completed' && of === task);
    check(
      !events.slice(settled).some(({ type, task: of }) => type === 'task.started' && of === task),
      `task ${String(task)} ran again`,
    );
  }
  const lost = events.filter(({ data }) => data['outcome'] === 'worker_lost').length;
  return { id, faults, attempts, lost, events };
}
