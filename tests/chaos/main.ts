import { allContainers, CONTAINERS, freePort, processIsAlive, startRedis } from '@cc-executor/testkit';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Line } from './line.ts';
import { HUGE_OUTPUT, HugeList } from './huge-list.ts';
import { followList, submitList, submitTasks, TASKS } from './lists.ts';
import { ANSWERS, MixedLists } from './mixed-lists.ts';
import { randomFrom } from './random.ts';
import { persist, Service } from './services.ts';
import { judge, type Verdict } from './verdict.ts';

// Kills, freezes and cuts off everything again and again while lists run, then looks whether anything was lost.
//   npm run chaos -- --faults 200 --executions 100 --seed 1 --minutes 30
// With CC_TEST_ENGINE, as the tests of containers have it, the tasks run in containers, and the launcher is killed too.
const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '20' },
    executions: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    minutes: { type: 'string', default: '10' },
    keep: { type: 'boolean', default: false },
  },
});
const wanted = { faults: Number(values.faults), executions: Number(values.executions) };
const random = randomFrom(Number(values.seed));
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
console.log(
  `seed ${values.seed}: ${values.executions} executions of ${String(TASKS)} tasks, ${values.faults} faults`,
);

/** A list is submitted when the one so many places before it has been judged. */
const AT_ONCE = 4;
/** Each list of so many has a task for each kind of agent. */
const MIXED_EACH = 5;
/** Fewer end after a list that has not been judged, huge ones included. */
const KEPT = 2 * AT_ONCE + 4;

const folder = await mkdtemp(join(tmpdir(), 'cc-chaos-'));
const data = join(folder, 'data');
const workspaces = join(data, 'workspaces');
await mkdir(data, { mode: 0o700 });
const redis = await startRedis();
// In containers not every agent can run.
const mixed = CONTAINERS ? null : await MixedLists.open();
if (mixed === null) console.log('no list mixes the kinds of agents: this machine does not have all of them');
const [apiPort, wsPort] = [String(await freePort()), String(await freePort())];
const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  REDIS_URL: redis.url,
  CC_EXECUTOR_DATA_DIR: data,
  CC_EXECUTOR_API_PORT: apiPort,
  CC_EXECUTOR_WS_PORT: wsPort,
  LOG_LEVEL: 'info',
  ...mixed?.env,
  // It is not the tasks that end their workers here.
  CC_EXECUTOR_EARLY_LOSSES: '10',
  // What has ended is archived at once, and removed soon: it has been judged by then.
  CC_EXECUTOR_ARCHIVE_AFTER: '1',
  CC_EXECUTOR_KEEP_EXECUTIONS: String(KEPT),
  MAX_BUFFER_SIZE: String(2 * HUGE_OUTPUT),
  CC_EXECUTOR_EXECUTION_BUFFER: String(1024 ** 3),
  CC_EXECUTOR_TOTAL_BUFFER: String(4 * 1024 ** 3),
  ...(CONTAINERS && {
    ...CONTAINERS,
    CC_EXECUTOR_LAUNCHER_SOCKET: join(data, 'launcher', 'launcher.sock'),
    CC_EXECUTOR_SANDBOX_WAITING: '2',
  }),
};
const [api, ws] = [`http://127.0.0.1:${apiPort}`, `ws://127.0.0.1:${wsPort}`];
// Where that is possible each worker is in its own process namespace, as in a container: what it has started is out
// of the others' reach, and only its own guardian can end it. Nor can it signal processes of other users.
const isRoot = process.getuid?.() === 0;
const apart = isRoot
  ? 'unshare --pid --fork --kill-child --mount-proc setpriv --bounding-set=-kill --inh-caps=-kill'.split(' ')
  : [];
const lines: Line[] = [];
const workers: Service[] = [];
for (const name of ['worker-1', 'worker-2']) {
  const line = await Line.open(join(folder, `${name}.sock`), redis.url);
  lines.push(line);
  workers.push(new Service(name, 'worker', { ...env, REDIS_URL: line.url }, folder, apart));
}
const front = ['api', 'gateway'].map((name) => new Service(name, name, env, folder));
const launchers = CONTAINERS ? [new Service('launcher', 'launcher', env, folder)] : [];
await persist(`${api}/health`);

/** All processes: services, their guardians, what they run, Redis. */
async function everybody(): Promise<number[]> {
  const all = [...workers, ...front, ...launchers].map(({ pid }) => pid);
  for (let parents = all; parents.length > 0;) {
    parents = await childrenOf(parents);
    all.push(...parents);
  }
  return [...all, redis.pid].filter((pid) => pid > 0);
}

async function childrenOf(parents: readonly number[]): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(
    pids.map((pid) => readFile(`/proc/${String(pid)}/stat`, 'latin1').catch(() => '')),
  );
  return pids.filter((_, index) => parents.includes(Number(stats[index]?.split(') ')[1]?.split(' ')[1])));
}

const signal = (pid: number, name: NodeJS.Signals) => {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself meanwhile.
  }
};

const huge: HugeList[] = [];
let hugeUnderWay = false;
const HUGE = 'a log that is larger than the heap of a service';
const FAULTS: Record<string, () => Promise<void>> = {
  [HUGE]: async () => {
    // One at a time: it is written to the disk of the machine twice.
    if (hugeUnderWay) return;
    hugeUnderWay = true;
    const list = new HugeList(api, `huge-${String(huge.length + 1)}`);
    huge.push(list);
    void list.ended.finally(() => {
      hugeUnderWay = false;
    });
  },
  'kill a worker': async () => pick(workers).kill(),
  'kill both workers': async () => {
    for (const worker of workers) worker.kill();
  },
  'freeze a worker for longer than its hold': async () => {
    const worker = pick(workers);
    worker.signal('SIGSTOP');
    await delay(13_000);
    worker.signal('SIGCONT');
  },
  'freeze a worker for a moment': async () => {
    const worker = pick(workers);
    worker.signal('SIGSTOP');
    await delay(1000 + random() * 2000);
    worker.signal('SIGCONT');
  },
  'cut one worker off from Redis': async () => {
    const line = pick(lines);
    line.cut(random() < 0.5 ? 'closed' : 'silent');
    await delay(1000 + random() * 18_000);
    line.mend();
  },
  'kill the api or the gateway': async () => pick(front).kill(),
  ...(CONTAINERS && { 'kill the launcher': async () => launchers[0]?.kill() }),
  'kill Redis': async () => {
    await redis.kill();
    await delay(random() * 2000);
    await redis.start();
  },
  'drop every connection of Redis': async () => {
    for (const kind of ['normal', 'pubsub'])
      execFileSync('redis-cli', ['-s', redis.url.slice('unix://'.length), 'client', 'kill', 'type', kind]);
  },
  'suspend everything, as a laptop that sleeps': async () => {
    const all = await everybody();
    for (const pid of all) signal(pid, 'SIGSTOP');
    await delay(2000 + random() * 10_000);
    for (const pid of all) signal(pid, 'SIGCONT');
  },
};
// A worker that dies in the middle of a task is what matters most.
const WEIGHTED = [...Object.keys(FAULTS), 'kill a worker', 'kill a worker', 'kill a worker', 'kill a worker'];

const deadline = performance.now() + Number(values.minutes) * 60_000;
const ids: string[] = [];
const followers = new Map<string, ReturnType<typeof followList>>();
const verdicts: Verdict[] = [];
const judging: Promise<unknown>[] = [];
const submitting = (async () => {
  for (let i = 0; i < wanted.executions; i++) {
    const isMixed = mixed !== null && (i + 1) % MIXED_EACH === 0;
    const id = isMixed ? `mixed-${String(i + 1)}` : await submitList(api, `list-${String(i + 1)}`);
    if (isMixed) await mixed.submit(api, id);
    ids.push(id);
    const followed = followList(ws, id);
    followers.set(id, followed);
    const verdictOf = async () =>
      isMixed ? await mixed.judge(api, id, followed) : await judge(api, workspaces, id, followed);
    judging.push(followed.ended.then(async () => verdicts.push(await verdictOf())));
    // Some run at a time, so that every fault hits something.
    await Promise.race([judging[i - AT_ONCE + 1], delay(120_000, undefined, { ref: false })]);
  }
})();

const done: Record<string, number> = {};
for (let fault = 0; fault < wanted.faults && performance.now() < deadline; fault++) {
  if (verdicts.length === wanted.executions) break;
  await delay(500 + random() * 3000);
  // The first one, so that all others meet it.
  const name = fault === 0 ? HUGE : pick(WEIGHTED);
  done[name] = (done[name] ?? 0) + 1;
  await FAULTS[name]?.();
}
await submitting;
await Promise.race([
  Promise.all(judging),
  delay(120_000).then(() => console.log('some followers did not see an end within 120 s')),
]);
const hugeFaults = (await Promise.all(huge.map(async ({ ended }) => await ended))).flat();
// What has ended last is not too old yet.
for (let i = 0; i < KEPT; i++) await submitTasks(api, `last-${String(i + 1)}`, [{ command: 'true' }]);
hugeFaults.push(...(await Promise.all(huge.map(async (list) => await list.removed()))).flat());
for (const service of [...workers, ...front, ...launchers]) await service.stop();
for (const line of lines) await line.close();
await mixed?.close();
const leftBehind = (await childrenOf([process.pid])).filter(
  (pid) => pid !== redis.pid && processIsAlive(pid),
);
await redis.stop();

const containersLeft = CONTAINERS ? await allContainers(data) : [];
const faults = [...verdicts.flatMap((verdict) => verdict.faults), ...hugeFaults];
for (const id of ids.filter((one) => !verdicts.some((verdict) => verdict.id === one)))
  faults.push(`${id}: its follower saw no end`);
for (const { name, crashes } of [...workers, ...front, ...launchers])
  if (crashes.length > 0) faults.push(`${name} ended by itself: ${crashes.join(', ')}`);
if (containersLeft.length > 0) faults.push(`containers are left: ${containersLeft.join(', ')}`);
if (leftBehind.length > 0) faults.push(`processes are left: ${leftBehind.join(', ')}`);
const attempts = verdicts.reduce((sum, verdict) => sum + verdict.attempts, 0);
const tasks = ids.reduce((sum, id) => sum + (id.startsWith('mixed-') ? ANSWERS.length : TASKS), 0);
const lost = verdicts.reduce((sum, verdict) => sum + verdict.lost, 0);
const reconnects = [...followers.values()].reduce((sum, followed) => sum + followed.reconnects, 0);
const events = verdicts.reduce((sum, verdict) => sum + verdict.events.length, 0);
console.log(
  `faults: ${Object.entries(done)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ')}`,
);
console.log(
  `${String(ids.length)} executions acknowledged, ${String(events)} events, followers came again ${String(reconnects)} times`,
);
console.log(`${String(attempts)} attempts at ${String(tasks)} tasks; ${String(lost)} were hit in the middle`);
console.log(
  `services started: ${[...workers, ...front, ...launchers].map(({ name, starts }) => `${name} ${String(starts)}`).join(', ')}`,
);
for (const fault of faults) console.log(`FAULT ${fault}`);
console.log(
  faults.length === 0 ? 'nothing was lost' : `${String(faults.length)} faults; logs are kept in ${folder}`,
);
if (faults.length === 0 && !values.keep) await rm(folder, { recursive: true, maxRetries: 10 });
process.exit(faults.length === 0 ? 0 : 1);
