import { LocalLauncher } from '@cc-executor/agents';
import { makeRecord, toStore } from '@cc-executor/executions';
import { createLogger } from '@cc-executor/service-kit';
import { waitFor } from '@cc-executor/testkit';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventHooks } from '../src/hooks/event-hooks.ts';
import { HookSet } from '../src/hooks/hook-set.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-event-hooks-'));
});
afterEach(async () => await rm(folder, { recursive: true, maxRetries: 10 }));

/** A hook that runs a shell script for each event. */
function hooksOf(script: string, events: readonly string[] | null = null) {
  const definition = {
    name: 'tell',
    stage: 'on_event' as const,
    runs: { program: '/bin/sh', args: ['-c', script] },
    source: 'sh',
    required: false,
    timeout: 30,
    events,
  };
  const ports = { launch: new LocalLauncher().launch, env: {}, directory: folder, graceMs: 100 };
  const set = new HookSet({ definitions: [definition], builtIn: [], ports, searchPath: '' });
  const record = makeRecord({ tasks: [{ command: 'true' }], on_failure: 'stop' }, 'e', new Date());
  const logger = createLogger({ name: 'test', level: 'silent' });
  return { set, hooks: new EventHooks({ set, record, workspace: async () => folder, logger }) };
}

const told = async () => (await readFile(join(folder, 'told'), 'utf8').catch(() => '')).trim();
const resumed = toStore(
  'e',
  { type: 'execution.resumed', data: { status: 'running' } },
  '2026-01-01T00:00:00.000Z',
);
const output = toStore(
  'e',
  { type: 'task.output', task: 1, attempt: 1, data: { stream: 'stdout', data: 'x' } },
  '2026-01-01T00:00:00.000Z',
);
/** Writes down the seq of the event. */
const TELL = `sed 's/.*"seq":\\([0-9]*\\).*/\\1/' >> told; echo >> told`;

it('sends all events in order, also those that come while it works or rests, and each with its number', async () => {
  const { hooks } = hooksOf(TELL);
  hooks.take([resumed, output, resumed], 3, 'epoch');
  hooks.take([resumed], 4, 'epoch');
  await waitFor(async () => (await told()).includes('4'));
  hooks.take([resumed], 5, 'epoch');
  await hooks.close();
  expect((await told()).split(/\n+/)).toEqual(['1', '3', '4', '5']);
});

it('sends output only where that is requested, and never hooks', async () => {
  const { hooks } = hooksOf(TELL, ['task.output']);
  hooks.take([resumed, output], 2, 'epoch');
  await hooks.close();
  expect(await told()).toBe('2');
});

it('does not wait for a hook, and continues after one that fails', async () => {
  const { hooks, set } = hooksOf(`while [ ! -e go ]; do sleep 0.01; done; exit 1`);
  hooks.take(
    Array.from({ length: 3 }, () => resumed),
    3,
    'epoch',
  );
  expect(set.book.statistics['runs']).toBe(0);
  await writeFile(join(folder, 'go'), '');
  await hooks.close();
  expect(set.book.statistics).toMatchObject({ runs: 3, failed: 3 });
});
