import { archiveEnded, follow } from '@cc-executor/executions';
import { FileArchive, FileHistory, FileWorkspaces } from '@cc-executor/executions-files';
import {
  connect,
  RedisEndedExecutions,
  RedisEventLog,
  RedisExecutionStore,
} from '@cc-executor/executions-redis';
import { endAppend, startRedis, submitList } from '@cc-executor/testkit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, print } from './report.ts';

// What 100,000 executions that have ended cost: Redis's memory, and the time of a status, of a list and of a replay,
// beside the same with 100. The first hundred go to the archive as always; the rest are ended and forgotten alike.
const [FEW, MANY] = [100, 100_000];
const AT_A_TIME = 500;
const READS = 200;
/** How often the whole list is looked through. */
const LOOKS = 5;

const folder = await mkdtemp(join(tmpdir(), 'cc-ended-'));
const server = await startRedis();
const connections: ReturnType<typeof connect>[] = [];
const open = async () => {
  const redis = connect(server.url, 'patient', (error) => console.error(error));
  connections.push(redis);
  await redis.connect();
  return redis;
};
const redis = await open();
const archive = new FileArchive(folder);
const workspaces = new FileWorkspaces(join(folder, 'workspaces'), folder);
const store = new RedisExecutionStore(redis, { archive });
const log = new RedisEventLog(await open(), await open(), archive);
const ended = new RedisEndedExecutions(redis);

async function endOne(): Promise<string> {
  const id = await submitList(store);
  await store.append(id, endAppend(id));
  return id;
}

async function timed(read: (index: number) => Promise<unknown>, reads = READS): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < reads; index++) {
    const began = performance.now();
    await read(index);
    times.push(performance.now() - began);
  }
  return median(times);
}

async function replay(id: string): Promise<void> {
  for await (const _ of follow(log, id, { after: 0 }, new AbortController().signal));
}

const first = await Promise.all(Array.from({ length: FEW }, endOne));
const history = new FileHistory(folder);
const onKept = () => undefined;
const seal = () => Promise.resolve();
const snapshots = { forget: () => Promise.resolve() };
const onFault = (_: string, error: unknown) => {
  throw error;
};
while (
  (await archiveEnded(
    { store, log, ended, archive, history, workspaces, snapshots, seal, onKept, onFault },
    0,
  )) > 0
);
const at = (index: number) => first[index % first.length] ?? '';
const measure = async () => ({
  status: await timed((index) => store.readStatus(at(index))),
  list: await timed(() => store.list({ status: null, limit: 50, cursor: null })),
  replay: await timed((index) => replay(at(index))),
  // The whole list is looked through: nothing has what is asked for.
  words: await timed(() => store.list({ status: null, limit: 50, cursor: null, q: 'nowhere' }), LOOKS),
  outcome: await timed(
    () => store.list({ status: null, limit: 50, cursor: null, outcome: 'timed_out' }),
    LOOKS,
  ),
});

const few = await measure();
for (let made = FEW; made < MANY; made += AT_A_TIME) {
  const ids = await Promise.all(Array.from({ length: AT_A_TIME }, endOne));
  await redis.del('cc:outbox');
  await Promise.all(ids.map((id) => ended.forget(id, 2)));
}
const many = await measure();
const memory = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
for (const connection of connections) connection.disconnect();
await server.stop();
await rm(folder, { recursive: true });

const row = (what: keyof typeof many) =>
  [
    what,
    `${many[what].toFixed(2)} ms, ${(many[what] / few[what]).toFixed(2)} of that with ${String(FEW)}`,
  ] as const;
print(`${MANY.toLocaleString('en')} executions that have ended`, [
  ['memory of Redis', `${(memory / 1e6).toFixed(0)} MB`],
  row('status'),
  row('list'),
  row('replay'),
  row('words'),
  row('outcome'),
]);
