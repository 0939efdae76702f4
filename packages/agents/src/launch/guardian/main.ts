import { createInterface } from 'node:readline';
import { killAll } from '../kill-all.ts';

// The guardian of a worker: a process of its own, outside the path of the output. The worker tells it over a pipe which
// processes it has started. When the pipe ends (the worker died) or is silent for too long (it is frozen), the guardian
// ends them all, so that nobody else's agent can meet them in their workspace. Lines in: "watch <pid> <mark>",
// "done <pid>", "alive", "asked <pid>"; lines out: "ended <pid>", "answer <pid> <true or false>".

/** A worker says "alive" each second. The watcher of ownerships waits for longer than this: see its STILL_SECONDS. */
const SILENT_MS = 5000;
const TICK_MS = 500;

const watched = new Map<number, string>();
const ended = new Set<number>();
let silentMs = 0;
let last = performance.now();

const say = (line: string) => process.stdout.write(`${line}\n`);
// The worker may be gone: what is said then reaches nobody, and must not end this process.
process.stdout.on('error', () => undefined);
// It has a session of its own; only the end of its pipe ends it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

async function endAll(): Promise<void> {
  const all = [...watched];
  watched.clear();
  await Promise.all(
    all.map(async ([pid, mark]) => {
      ended.add(pid);
      await killAll(pid, mark);
      say(`ended ${String(pid)}`);
    }),
  );
}

setInterval(() => {
  const now = performance.now();
  // A step of its own sleep (a laptop's, a frozen machine's) counts as one step only.
  silentMs += Math.min(now - last, TICK_MS * 1.5);
  last = now;
  if (silentMs > SILENT_MS && watched.size > 0) endAll().catch(() => undefined);
}, TICK_MS);

createInterface({ input: process.stdin })
  .on('line', (line) => {
    silentMs = 0;
    const [word, pid, mark = ''] = line.split(' ');
    if (word === 'watch') watched.set(Number(pid), mark);
    if (word === 'done') watched.delete(Number(pid));
    if (word === 'asked') say(`answer ${String(pid)} ${String(ended.delete(Number(pid)))}`);
  })
  .on('close', () => {
    endAll()
      .catch(() => undefined)
      .finally(() => process.exit(0))
      .catch(() => undefined);
  });
