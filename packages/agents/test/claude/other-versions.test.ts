import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENTS } from '@cc-executor/contracts';
import { httpError, say, turnOf, useTool } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Answer } from '../../src/claude/answer.ts';
import { endOf } from '../../src/claude/end-of.ts';
import { claudeExecutable } from '../../src/claude/executable.ts';
import { failedServers } from '../../src/claude/failed-servers.ts';
import { finalAnswer } from '../../src/claude/final-answer.ts';
import { StreamFacts } from '../../src/claude/stream-facts.ts';
import { readMessage } from '../../src/claude/message.ts';
import { toEvents } from '../../src/claude/messages.ts';
import { judge } from '../../src/claude/outcome.ts';
import { claudeHarness } from './harness.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Path = (string | number)[];

const harness = claudeHarness();
const ids = { uuid: 'u', session_id: 's' };
/** Kinds that a short run does not bring along. */
const MORE: Json[] = [
  {
    type: 'rate_limit_event',
    rate_limit_info: {
      status: 'allowed_warning',
      resetsAt: 2_000_000_000,
      rateLimitType: 'five_hour',
      utilization: 0.9,
      unifiedWindows: { seven_day: { utilization: 0.4, resetsAt: 2_000_000_000 } },
    },
    ...ids,
  },
  { type: 'system', subtype: 'hook_started', hook_id: 'h', hook_name: 'n', hook_event: 'Stop', ...ids },
  {
    type: 'system',
    subtype: 'hook_response',
    hook_id: 'h',
    hook_name: 'n',
    hook_event: 'Stop',
    output: 'x',
    outcome: 'success',
    exit_code: 0,
    ...ids,
  },
  {
    type: 'system',
    subtype: 'background_tasks_changed',
    tasks: [{ task_id: 'b', task_type: 'local_bash', description: 'd' }],
    ...ids,
  },
  { type: 'system', subtype: 'background_tasks_changed', tasks: [], ...ids },
  { type: 'system', subtype: 'session_writes_lost', lost: ['transcript'], error_code: 'ENOSPC', ...ids },
];

let folder: string;
let wire: Json[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-wire-'));
  const [program, file] = [join(folder, 'program'), join(folder, 'wire')];
  await writeFile(program, `#!/bin/sh\n'${claudeExecutable(null)}' "$@" | tee '${file}'\n`, { mode: 0o755 });
  let failed = false;
  const model = await harness.model((request) => {
    if (!failed) return ((failed = true), httpError(500));
    return turnOf(request) === 0 ? useTool('Bash', { command: 'echo hello' }, 'I look.') : say('It is done.');
  });
  const { run } = await harness.start('go', model, { claudeExecutable: program });
  expect(await run.ended).toMatchObject({ outcome: 'completed' });
  const sent = (await readFile(file, 'utf8')).trim().split('\n');
  const messages = sent.map((line) => JSON.parse(line) as { type: string });
  const recorded = messages.filter(({ type }) => !type.startsWith('control_')) as unknown as Json[];
  wire = [...recorded.slice(0, -1), ...MORE, ...recorded.slice(-1)];
}, 60_000);
afterAll(async () => rm(folder, { recursive: true, maxRetries: 10, force: true }));

/** What an attempt makes of these messages. */
async function endAfter(messages: readonly Json[]) {
  const [facts, answer] = [new StreamFacts(), new Answer()];
  const asked = { options: {}, json: null, uuid: null };
  const misfits = [];
  for (const raw of messages) {
    const message = readMessage(raw);
    facts.take(message);
    answer.take(message);
    expect(failedServers(message, {})).toEqual([]);
    const { events, misfit } = toEvents(raw);
    if (misfit !== null) misfits.push(misfit);
    for (const { type, data } of events) expect(EVENTS[type].data.safeParse(data).error).toBeUndefined();
  }
  const known = { stopped: undefined, facts, exit: undefined, failure: undefined, stderr: '' };
  return { misfits, end: endOf(known, await finalAnswer(judge(known), facts, asked)) };
}

const OTHERS: readonly Json[] = [null, 5, -1.5, 'x', true, [], {}, ['x'], [null], { x: 1 }];
const kindOf = (value: Json) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);

/** Every place in a message; what is in the arguments and results of tools is not Claude Code's. */
function* pathsIn(value: Json, path: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    yield [...path, key];
    if (key !== 'input' && key !== 'tool_use_result') yield* pathsIn(part, [...path, key]);
  }
}

/** The value with another one at a place; undefined takes away what is there. */
function changed(value: Json, [first, ...rest]: Path, to: Json | undefined): Json {
  const copy = structuredClone(value) as Record<string, Json>;
  if (rest.length > 0) copy[String(first)] = changed(copy[String(first)] ?? null, rest, to);
  else if (to !== undefined) copy[String(first)] = to;
  else if (Array.isArray(copy)) copy.splice(Number(first), 1);
  else delete copy[String(first)];
  return copy;
}

const valueAt = (value: Json, path: Path): Json =>
  path.reduce<Json>((part, key) => (part as Record<string, Json>)[String(key)] ?? null, value);

/** Without its kind the result is none. */
const IS_NO_RESULT = /^\d+ result type$/;

describe('a message of another version of Claude Code', () => {
  it('is read where nothing is missing', async () => {
    const { misfits, end } = await endAfter(wire);
    expect(misfits).toEqual([]);
    expect(end).toMatchObject({ outcome: 'completed', result: 'It is done.', turns: 2 });
    const kinds = new Set(wire.map((message) => (message as { type: string }).type));
    expect([...kinds].toSorted()).toEqual([
      'assistant',
      'rate_limit_event',
      'result',
      'stream_event',
      'system',
      'user',
    ]);
  });

  it('may lack any field, and have anything else in it: the attempt ends as it did', async () => {
    const wrong: string[] = [];
    let tried = 0;
    for (const [index, message] of wire.entries()) {
      for (const path of pathsIn(message)) {
        const now = kindOf(valueAt(message, path));
        for (const to of [undefined, ...OTHERS]) {
          if (to !== undefined && kindOf(to) === now) continue;
          tried += 1;
          const name = [index, (message as { type: string }).type, ...path].join(' ');
          const { end } = await endAfter(wire.with(index, changed(message, path, to)));
          const outcome = IS_NO_RESULT.test(name) ? 'no_result' : 'completed';
          const result = outcome === 'completed' ? 'It is done.' : null;
          if (end.outcome !== outcome || end.result !== result)
            wrong.push(`${name} = ${JSON.stringify(to)}: ${end.outcome} ${String(end.result)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(2000);
  }, 120_000);

  it.each(OTHERS.map((message) => ({ message })))(
    'may be no message at all: $message',
    async ({ message }) => {
      expect((await endAfter([...wire.slice(0, -1), message, ...wire.slice(-1)])).end).toMatchObject({
        outcome: 'completed',
      });
    },
  );
});

it('Claude Code that writes a line without an end loses its attempt and nothing else', async () => {
  const program = join(folder, 'endless');
  await writeFile(program, "#!/bin/sh\nexec tr '\\0' x </dev/zero\n", { mode: 0o755 });
  const { run } = await harness.start('go', { url: 'http://127.0.0.1:9' }, { claudeExecutable: program });
  const message = expect.stringContaining('a line of more than') as string;
  expect(await run.ended).toMatchObject({ outcome: 'agent_error', message });
});
