import { createInterface } from 'node:readline';
import { killAll } from '../kill-all.ts';
import type { Ownership } from '../life/life-files.ts';
import { SignOfLife } from '../life/sign-of-life.ts';
import { SILENT_MS, TICK_MS } from './times.ts';

// The guardian of a worker: a separate process, outside the path of the output. The worker reports over a pipe which
// processes it has started. When the pipe ends (the worker died) or is silent for too long (it is frozen), the guardian
// ends them all, so that no other agent can meet them in their workspace. While they may run, it writes signs of life to a file
// in the shared data directory, and for a worker that owned executions also that it has ended. A sweeper that sees no heartbeat
// of the worker leaves a request there, and the worker, if it is cut off from Redis, gives the execution up.
// Arguments: the shared folder, the worker's name.
// Lines in: "watch <pid> <mark> <execution> <cgroup>", "done <pid>", "alive", "asked <pid>", "leases <how many executions>",
// "yields <execution> <generation>", "keeps <execution> <generation>"; lines out: "answer <pid> <true or false>",
// "wanted <execution> <generation>", "signed" (the file was changed). Names of executions and paths are encoded.

// As nameProcess of the service kit does, without loading that: see there.
process.title = 'cc-executor-guardian';

const [folder = '', worker = ''] = process.argv.slice(2);
const life = new SignOfLife(folder, worker);
const watched = new Map<number, { mark: string; execution: string; cgroup: string | null }>();
const ended = new Set<number>();
/** The processes that are being ended. */
const endings = new Set<Promise<void>>();
/** The requests that the worker has received and not answered. */
const asked = new Set<string>();
let hasLeases = false;
let silentMs = 0;
let last = performance.now();

const say = (line: string) => process.stdout.write(`${line}\n`);
// The worker may have ended: a failed write must not end this process.
process.stdout.on('error', () => undefined);
// It has its own session; only the end of its pipe ends it. Node would open its debugger at SIGUSR1.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) process.on(signal, () => undefined);

/** Ends the processes of one execution, or of all. Resolves when they, and those that were already being ended, are gone. */
async function end(execution?: string): Promise<void> {
  const those = [...watched].filter(([, one]) => execution === undefined || one.execution === execution);
  for (const [pid] of those) {
    watched.delete(pid);
    ended.add(pid);
  }
  for (const [leader, { mark, cgroup }] of those) {
    const ending = killAll({ leader, mark, cgroup })
      .catch(() => undefined)
      .finally(() => endings.delete(ending));
    endings.add(ending);
  }
  await Promise.all(endings);
}

async function yieldUp(wanted: Ownership): Promise<void> {
  await end(encodeURIComponent(wanted.executionId));
  life.answer(wanted, true);
}

function sign(): void {
  if (life.beat()) say('signed');
}

function tick(): void {
  const now = performance.now();
  // A sleep of the machine counts as one interval.
  silentMs += Math.min(now - last, TICK_MS * 1.5);
  last = now;
  const isSilent = silentMs > SILENT_MS;
  if (isSilent) end().catch(() => undefined);
  if ((hasLeases && !isSilent) || watched.size > 0 || endings.size > 0) sign();
  else life.remove();
  for (const { executionId, generation } of life.wanted()) {
    const which = `${encodeURIComponent(executionId)} ${String(generation)}`;
    if (!asked.has(which)) say(`wanted ${which}`);
    asked.add(which);
  }
}

function take(line: string): void {
  silentMs = 0;
  const [word, subject = '', detail = '', execution = '', group = ''] = line.split(' ');
  const cgroup = group === '' ? null : decodeURIComponent(group);
  const about = { owner: worker, executionId: decodeURIComponent(subject), generation: Number(detail) };
  if (word === 'watch') watched.set(Number(subject), { mark: detail, execution, cgroup });
  if (word === 'done') watched.delete(Number(subject));
  if (word === 'asked') say(`answer ${subject} ${String(ended.delete(Number(subject)))}`);
  if (word === 'yields' || word === 'keeps') asked.delete(`${subject} ${detail}`);
  if (word === 'yields') yieldUp(about).catch(() => undefined);
  if (word === 'keeps') life.answer(about, false);
  if (word === 'leases') hasLeases = subject !== '0';
  if (word === 'leases' && hasLeases) sign();
}

setInterval(tick, TICK_MS);
createInterface({ input: process.stdin })
  .on('line', take)
  .on('close', () => {
    end()
      .catch(() => undefined)
      .finally(() => {
        // The pipe ends with its worker: that renews no lease and writes no event any more.
        if (hasLeases) life.end();
        life.remove();
        process.exit(0);
      })
      .catch(() => undefined);
  });
