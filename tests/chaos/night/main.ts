import { waitFor } from '@cc-executor/testkit';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { followList } from '../lists.ts';
import { randomFrom } from '../random.ts';
import { persist } from '../services.ts';
import { outcomesOf, type NightEvent } from './events.ts';
import { faultsOf, place } from './faults.ts';
import { EFFECTS, NightModel, promptText } from './model.ts';
import { NightStack } from './stack.ts';
import { breaches } from './verdict.ts';

// One list of prompts, and a night with everything in it, in compressed time: a second is a quarter of an hour. The
// prompts are worked through by Claude Code itself, and a scripted model answers.
const { values } = parseArgs({
  options: {
    night: { type: 'boolean' },
    prompts: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    minutes: { type: 'string', default: '15' },
    keep: { type: 'boolean', default: false },
  },
});
const prompts = Number(values.prompts);
const begun = performance.now();
const tell = (line: string) =>
  console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
const errors: string[] = [];
const onError = (error: unknown) => {
  errors.push(String(error));
  tell(`it went wrong: ${String(error)}`);
};

const random = randomFrom(Number(values.seed));
const folder = await mkdtemp(join(tmpdir(), 'cc-night-'));
const model = new NightModel();
await model.open();
const stack = await NightStack.start(folder, {
  ANTHROPIC_BASE_URL: model.url,
  CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-night',
  CC_EXECUTOR_PROBE_INTERVAL: '1',
  CC_EXECUTOR_CREDENTIAL_RETRY: '1,2',
  STREAM_TIMEOUT: '20',
  LOG_LEVEL: 'info',
});
// The stack is its own process: whatever ends this one is not to leave it.
process.once('exit', () => {
  for (let tries = 0; tries < 100 && stack.kill() > 0;) tries += 1;
});
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));
const faults = place(faultsOf({ model, stack, random, say: tell, onError }), prompts, random);
model.before.push(async ({ prompt, isDone }) => {
  const fault = faults.find((one) => one.prompt === prompt && one.afterWork === isDone && !one.struck);
  if (!fault) return null;
  fault.struck = true;
  tell(`prompt ${String(prompt)}, ${isDone ? 'after' : 'before'} its work: ${fault.what}`);
  return await fault.strike(prompt);
});
tell(`seed ${values.seed}: ${String(prompts)} prompts, ${String(faults.length)} faults`);

const id = `night-${values.seed}`;
const tasks = Array.from({ length: prompts }, (_, index) => ({ prompt: promptText(index + 1) }));
const submitted = await persist(`${stack.api}/execute`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'idempotency-key': id },
  body: JSON.stringify({ tasks, on_failure: 'stop', execution_id: id }),
});
if (submitted.status !== 202) throw new Error(`the list was answered ${String(submitted.status)}`);
const followed = followList(stack.ws, id);
await Promise.race([
  followed.ended,
  delay(Number(values.minutes) * 60_000, undefined, { ref: false }).then(() =>
    tell('the night takes too long'),
  ),
]);

const status = (await (await persist(`${stack.api}/executions/${id}/status`)).json()) as {
  status: string;
  head: number;
};
const text = await (await persist(`${stack.api}/executions/${id}/events`)).text();
const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as NightEvent);
const written = await readFile(join(stack.workspace(id), EFFECTS), 'utf8').catch(() => '');
const effects = written.split('\n').filter(Boolean).map(Number);
await stack.stop();
await model.close();
await waitFor(() => stack.processes().length === 0, { seconds: 10, what: 'the end of all processes' }).catch(
  () => undefined,
);
const found = breaches({ prompts, status, events, followed, effects, faults, left: stack.processes() });
found.push(...errors);

const counts: Record<string, number> = {};
for (const outcome of outcomesOf(events)) counts[outcome] = (counts[outcome] ?? 0) + 1;
const attempts = Object.entries(counts).map(([outcome, count]) => `${outcome} ${String(count)}`);
const waits = events.filter(({ type }) => type === 'execution.waiting' || type === 'execution.paused').length;
tell(`attempts: ${attempts.join(', ')}`);
tell(
  `${String(events.length)} events, ${String(waits)} waits and pauses, ${String(model.requests)} requests, ` +
    `the follower came again ${String(followed.reconnects)} times`,
);
for (const breach of found) console.log(`BREACH ${breach}`);
console.log(
  found.length === 0
    ? `a good night: ${String(prompts)} prompts completed, none twice, none burned`
    : `${String(found.length)} breaches; everything is kept in ${folder}`,
);
if (found.length === 0 && !values.keep) await rm(folder, { recursive: true, maxRetries: 10 });
process.exit(found.length === 0 ? 0 : 1);
