import { CONTAINERS } from '@cc-executor/testkit';
import { WebSocket } from 'ws';
import { persist } from './services.ts';

export const TASKS = 5;
const LINES = 20;

/** What each task of a list needs, where some run at the same time. */
const GRAPH = [[], [1], [1], [1], [2, 3, 4]];
/** Each list of so many is one of these. */
const GRAPH_EACH = 3;

function isGraph(id: string): boolean {
  return Number(id.split('-').at(-1)) % GRAPH_EACH === 0;
}

/** The numbers of what a task of a list needs. */
export function needsOf(id: string, task: number): number[] {
  return isGraph(id) ? (GRAPH[task - 1] ?? []) : task === 1 ? [] : [task - 1];
}

/** Where a task writes down what it does: in copies, each for itself. */
export function effectsOf(id: string, task: number): string {
  return isGraph(id) ? `effects-${String(task)}` : 'effects';
}

/** What each task prints, whole. */
export function expectedOutput(task: number): string {
  return Array.from({ length: LINES }, (_, i) => `task ${String(task)} line ${String(i + 1)}\n`).join('');
}

/**
 * A command whose effects can be counted: it holds a lock that no other attempt may hold, and writes down when it
 * began and ended.
 */
function command(id: string, task: number): string {
  const n = String(task);
  const effects = effectsOf(id, task);
  return [
    `exec 9> lock; flock -n 9 || echo "overlap" >> ${effects}`,
    // A process of another user, as `sudo` starts one: it outlives its task, unless its cgroup ends it.
    // In a container nobody can become another user.
    ...(task === 3 && process.getuid?.() === 0 && !CONTAINERS
      ? ['setpriv --reuid 65534 --clear-groups sleep 3 9>&- &']
      : []),
    `echo "begin ${n} $CC_EXECUTOR_ATTEMPT" >> ${effects}`,
    `for i in $(seq ${String(LINES)}); do echo "task ${n} line $i"; sleep 0.1; done`,
    `echo "end ${n} $CC_EXECUTOR_ATTEMPT" >> ${effects}`,
  ].join('\n');
}

/** Submits a list of tasks that can be judged. */
export async function submitList(api: string, key: string): Promise<string> {
  const tasks = Array.from({ length: TASKS }, (_, index) => ({
    command: command(key, index + 1),
    ...(isGraph(key) && { needs: needsOf(key, index + 1) }),
  }));
  return await submitTasks(api, key, tasks);
}

/** Submits a list with its own key, again until it is acknowledged: it must not exist twice. */
export async function submitTasks(
  api: string,
  key: string,
  tasks: readonly { command: string; needs?: number[] }[],
): Promise<string> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const body = JSON.stringify({ tasks, on_failure: 'continue', execution_id: key });
  const response = await persist(`${api}/execute`, { method: 'POST', headers, body });
  if (response.status !== 202) throw new Error(`${key} was answered ${String(response.status)}`);
  return key;
}

export interface Followed {
  seqs: number[];
  /** The types in order, and when each came. */
  types: string[];
  ended: Promise<void>;
  reconnects: number;
}

/** Follows an execution over a socket to its end; comes again, with its position, whenever the socket ends. */
export function followList(ws: string, id: string): Followed {
  const done = Promise.withResolvers<void>();
  const followed: Followed = { seqs: [], types: [], ended: done.promise, reconnects: 0 };
  const connect = () => {
    const socket = new WebSocket(`${ws}/executions/${id}/stream?after=${String(followed.seqs.at(-1) ?? 0)}`);
    let isOver = false;
    // A frozen gateway answers nothing: its client looks elsewhere, as one with a heartbeat does.
    const silence = setTimeout(() => socket.terminate(), 20_000);
    socket.on('message', (data: Buffer) => {
      silence.refresh();
      const { type, seq } = JSON.parse(data.toString()) as { type: string; seq?: number };
      if (type === 'end') isOver = true;
      if (seq === undefined) return;
      followed.seqs.push(seq);
      followed.types.push(type);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(silence);
      if (isOver) return done.resolve();
      followed.reconnects += 1;
      setTimeout(connect, 200);
    });
  };
  connect();
  return followed;
}
