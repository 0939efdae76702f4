import {
  httpError,
  raw,
  say,
  startScriptedModel,
  waitFor,
  type Reply,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type Event, type StackUnderTest } from './stack-under-test.ts';

/** What the model answers instead of what it is asked; null: it works. */
let failAs: Reply | null = null;
/** When it has answered since it worked again, in milliseconds since 1970; Infinity: not yet. */
let answeredAt = Infinity;
let model: ScriptedModel;
let under: StackUnderTest;

beforeAll(async () => {
  model = await startScriptedModel({
    script: () => {
      if (failAs) return failAs;
      answeredAt = Math.min(answeredAt, Date.now());
      return say('Done.');
    },
  });
  under = await startStackUnderTest({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    CC_EXECUTOR_CONCURRENCY: '2',
    // A night in half a minute.
    CC_EXECUTOR_PROBE_INTERVAL: '4',
    CC_EXECUTOR_CREDENTIAL_RETRY: '3,4',
  });
});
afterEach(() => {
  failAs = null;
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const until = async (id: string, status: string) =>
  await waitFor(
    async () => {
      const now = await under.status(id);
      return now.status === status ? now : null;
    },
    { what: `execution ${id} to be ${status}`, seconds: 60 },
  );
const list = async (...prompts: string[]) => await under.submit({ tasks: prompts });
/** How often an attempt of this execution has ended so. */
const ends = async (id: string, outcome: string) =>
  (await under.eventsSoFar(id)).filter(({ data }) => data['outcome'] === outcome).length;
const HTML = raw('<!DOCTYPE html><html><body>Checking your browser</body></html>', 'text/html', 403);

describe('an outage', () => {
  // Proves: outage-waits
  it('that lasts for long is waited out by all, one tries at a time, and nothing fails or counts', async () => {
    failAs = httpError(500);
    const first = await list('Say 1.', 'Say 2.');
    const waiting = await until(first, 'waiting');
    expect(waiting).toMatchObject({ reason: 'outage', settled_tasks: 0 });
    expect(Date.parse(waiting.waiting_until ?? '')).toBeGreaterThan(Date.now());

    const others = await Promise.all([list('Say 3.'), list('Say 4.'), list('Say 5.')]);
    for (const id of others) expect(await until(id, 'waiting')).toMatchObject({ reason: 'outage' });
    const command = await under.submit({ tasks: [{ command: 'echo others go on' }] });
    expect(await under.ended(command)).toMatchObject({ status: 'completed' });

    // Over the death of the worker and of Redis too.
    for (const name of ['worker', 'redis']) process.kill(under.stack.pids()[name] ?? 0, 'SIGKILL');
    const all = [first, ...others];
    const asked = model.requests.length;
    // The agent repeats each request twice by itself.
    await waitFor(() => model.requests.length >= asked + 15, {
      seconds: 90,
      what: 'five attempts in the outage',
    });
    expect((await Promise.all(all.map(under.status))).every(({ failed_tasks }) => failed_tasks === 0)).toBe(
      true,
    );

    answeredAt = Infinity;
    failAs = null;
    for (const id of all) expect(await under.ended(id, 60)).toMatchObject({ status: 'completed' });
    const events = (await Promise.all(all.map(async (id) => await under.events(id)))).flat();
    // That an attempt was lost with its worker is found out later, when another may try already.
    const nameOf = ({ execution_id, task, attempt }: Event) => [execution_id, task, attempt].join();
    const lost = new Set(events.filter(({ data }) => data['outcome'] === 'worker_lost').map(nameOf));
    const attempts = events
      .filter(
        (event) => /^task\.(started|interrupted|completed)$/.test(event.type) && !lost.has(nameOf(event)),
      )
      .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
    // From the first answer on, all may try: the attempt that has it ends later.
    const tries = attempts.filter(({ at }) => Date.parse(at) < answeredAt);
    expect(tries.length).toBeGreaterThan(5);
    let open = 0;
    for (const { type } of tries) {
      open += type === 'task.started' ? 1 : -1;
      expect(open).toBeLessThanOrEqual(1);
    }
    expect(events.filter(({ type }) => type === 'task.failed')).toEqual([]);
    expect(events.filter(({ type }) => type === 'execution.resumed').length).toBeGreaterThan(0);
  });

  it('is tried at once when somebody resumes it, and when that works all go on', async () => {
    failAs = httpError(503);
    const ids = [await list('Say 1.'), await list('Say 2.')];
    for (const id of ids) await until(id, 'waiting');
    failAs = null;
    expect(await under.call('POST', `/executions/${String(ids[0])}/resume`)).toMatchObject({ status: 202 });
    for (const id of ids) expect(await under.ended(id)).toMatchObject({ status: 'completed' });
  });

  it('is what a page of HTML is, whatever its status', async () => {
    failAs = HTML;
    const id = await list('Say 1.');
    expect(await until(id, 'waiting')).toMatchObject({ reason: 'outage' });
    failAs = null;
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
  });
});

describe('a credential that has worked and is refused', () => {
  // Proves: refused-credential-pauses
  it('is tried again by itself, by one execution, and when it works all that were paused go on', async () => {
    expect(await under.ended(await list('Say 0.'))).toMatchObject({ status: 'completed' });
    failAs = httpError(401, 'Invalid bearer token');
    const ids = [await list('Say 1.', 'Say 2.'), await list('Say 3.'), await list('Say 4.')];
    for (const id of ids) {
      const paused = await until(id, 'paused');
      expect(paused.reason).toBe('auth_required');
      expect(Date.parse(paused.waiting_until ?? '')).toBeGreaterThan(Date.now() - 5000);
    }
    const refusals = async () =>
      (await Promise.all(ids.map((id) => ends(id, 'auth_failed')))).reduce((sum, count) => sum + count, 0);
    const before = await refusals();
    await waitFor(async () => (await refusals()) >= before + 2, { seconds: 60, what: 'two more tries' });
    process.kill(under.stack.pids()['worker'] ?? 0, 'SIGKILL');
    failAs = null;
    for (const id of ids) expect(await under.ended(id, 60)).toMatchObject({ status: 'completed' });
  });
});
