import { httpError, rounds, say, startScriptedModel, waitFor } from '@cc-executor/testkit';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breachesOf, randomList, type PlannedList, type PlannedTask } from './graph-model.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

/** So many in a run, and those from this one on: a seed that failed is tried alone. */
const GRAPHS = Number(process.env['CC_TEST_GRAPHS'] ?? rounds({ short: 8, nightly: 1000 }));
const FIRST = Number(process.env['CC_TEST_FIRST_GRAPH'] ?? 1);
const AT_ONCE = 6;
/** So often a worker is killed, in milliseconds: a takeover takes up to 15 s. */
const KILL_EACH_MS = 25_000;
const PAUSE_MS = 700;
/** The longest ones wait half a minute for the model, and each kill costs up to 15 s, more on a busy machine. */
const ENDS_WITHIN_S = 900;
/** What a verification says of a list that did not succeed, or was cancelled before anything began. */
const NOT_DONE = /^(?:it is (?:failed|cancelled)|nothing is kept of it yet)$/;

let under: StackUnderTest;
let model: Awaited<ReturnType<typeof startScriptedModel>>;
/** How often the model still refuses a prompt, by its text. */
const refusals = new Map<string, number>();
beforeAll(async () => {
  model = await startScriptedModel({
    script: ({ messages }) => {
      const [text = ''] = /graph-\d+ task \d+/.exec(JSON.stringify(messages)) ?? [];
      const left = refusals.get(text) ?? 0;
      refusals.set(text, left - 1);
      return left > 0 ? httpError(429, 'too many') : say('done');
    },
  });
  const env = { OPENAI_API_KEY: 'made-up', OPENAI_BASE_URL: `${model.url}/v1` };
  // It is not the tasks that end their workers here.
  under = await startStackUnderTest({ ...env, CC_EXECUTOR_EARLY_LOSSES: '10' }, { workers: 2 });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const OVERLAP = 'somebody else is in this folder';

/** A command that says when nobody else may be in its folder and somebody is, leaves a file, and fails as planned. */
function commandOf({ failures, seconds, shared }: PlannedTask, number: number): string {
  return [
    `exec 9< .; flock -n ${shared ? '-s' : '-x'} 9 || echo ${OVERLAP}`,
    shared ? 'true' : `echo ${String(number)} > file-${String(number)}`,
    `ls; sleep ${String(seconds)} 9<&-`,
    `test $CC_EXECUTOR_ATTEMPT -gt ${String(failures)}`,
  ].join('\n');
}

function taskOf(id: string, task: PlannedTask, index: number) {
  const text = `${id} task ${String(index + 1)}`;
  if (task.limits !== null) refusals.set(text, task.limits);
  return {
    ...(task.limits === null
      ? { command: commandOf(task, index + 1), retries: task.retries }
      : { prompt: text, agent: 'model', model: 'made-up' }),
    ...(task.needs && { needs: task.needs }),
    ...(task.shared && { shared: true }),
    ...(task.when && { when: task.when }),
  };
}

/** What a person does meanwhile; a list that has ended already refuses it. */
async function intervene(id: string, { intervention }: PlannedList): Promise<void> {
  if (!intervention) return;
  await delay(intervention.afterMs);
  const { status } = await under.call('POST', `/executions/${id}/${intervention.what}`);
  if (intervention.what !== 'pause' || status >= 400) return;
  await delay(PAUSE_MS);
  await under.call('POST', `/executions/${id}/resume`);
}

async function play(seed: number): Promise<string[]> {
  const id = `graph-${String(seed)}`;
  const list = randomList(seed);
  await under.submit({
    execution_id: id,
    on_failure: list.on_failure,
    max_parallel: list.max_parallel,
    tasks: list.tasks.map((task, index) => taskOf(id, task, index)),
  });
  await intervene(id, list);
  try {
    await under.ended(id, ENDS_WITHIN_S);
  } catch {
    const { status, running_tasks: running, waiting_until: until } = await under.status(id);
    const last = (await under.eventsSoFar(id)).slice(-20);
    const lines = last.map(
      ({ at, type, task = '', data }) => `${at} ${type} ${String(task)} ${JSON.stringify(data)}`,
    );
    const now = `${status}, running ${JSON.stringify(running)}, waiting until ${until ?? 'nothing'}`;
    return [`${id}: at ${new Date().toISOString()} it has not ended: ${now}\n${lines.join('\n')}`];
  }
  const events = await under.events(id);
  const breaches = breachesOf(list, events);
  if (events.some(({ type, data }) => type === 'task.output' && String(data['data']).includes(OVERLAP)))
    breaches.push('two agents were in one folder');
  const { body } = await under.call('GET', `/executions/${id}/verification`);
  // What did not succeed is not verified; nothing else may be said of it.
  const { reasons } = body as { reasons: string[] };
  breaches.push(...reasons.filter((reason) => !NOT_DONE.test(reason)));
  return breaches.map((breach) => `${id}: ${breach}`);
}

/** Kills one of the workers now and then, while lists are played. Returns how often. */
async function killWorkers(signal: AbortSignal): Promise<number> {
  let kills = 0;
  for (;;) {
    await delay(KILL_EACH_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return kills;
    const workers = Object.entries(under.stack.pids()).filter(([name]) => name.startsWith('worker'));
    const [, pid] = workers[kills % workers.length] ?? [];
    if (pid === undefined) continue;
    process.kill(pid, 'SIGKILL');
    kills += 1;
    await waitFor(() => !Object.values(under.stack.pids()).includes(pid), { seconds: 60 });
  }
}

describe('random lists of tasks that need others', () => {
  // Proves: in-order, on-failure, parallel-in-copies, settled-stays-settled, one-agent-in-a-folder
  it(
    'follow the rules through failures, limits, pauses, cancels and killed workers: who starts when, and how it ends',
    { timeout: 2 * 3_600_000 },
    async () => {
      const seeds = Array.from({ length: GRAPHS }, (_, index) => FIRST + index);
      const breaches: string[] = [];
      const over = new AbortController();
      const kills = killWorkers(over.signal);
      const playing = Array.from({ length: AT_ONCE }, async () => {
        for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
          breaches.push(...(await play(seed)));
      });
      try {
        await Promise.all(playing);
      } finally {
        over.abort();
        console.log(`${String(GRAPHS)} lists, ${String(await kills)} killed workers`);
      }
      expect(breaches).toEqual([]);
    },
  );
});
