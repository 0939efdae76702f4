import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIsAlive, waitFor } from '@cc-executor/testkit';
import { expect, test } from 'vitest';
import type { StackRecord } from '../src/stack-file.ts';
import { newFolder } from './helpers/folder.ts';
import { runProgram } from './helpers/program.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

function startMain(more: Record<string, string> = {}) {
  const folder = newFolder();
  const ports = { CC_EXECUTOR_API_PORT: '0', CC_EXECUTOR_WS_PORT: '0' };
  const program = runProgram(MAIN, [], {
    CC_EXECUTOR_DATA_DIR: folder,
    HOME: newFolder(),
    ...ports,
    ...more,
  });
  const record = () => JSON.parse(readFileSync(join(folder, 'stack.json'), 'utf8')) as StackRecord;
  return { ...program, folder, record };
}

const alive = ({ processes }: StackRecord) => processes.filter(({ pid }) => processIsAlive(pid));

test('the real stack runs what its own example submits, and Ctrl-C ends it with nothing left', async () => {
  const stack = startMain();
  await stack.printed('curl -s');
  await stack.printed("}'\n");
  const record = stack.record();
  const { api } = record;
  expect(stack.stdout()).toContain(`API        ${String(api)}`);
  expect(stack.stdout()).toContain(`WebSocket  ${String(record.ws)}`);
  // Three lines: what, the one cure that fits, and where the others are.
  const [what, cure, others, empty] = stack.stdout().split('  Claude     ')[1]?.split('\n') ?? [];
  expect(what).toBe('not authenticated: Claude Code has no credential. Commands run; prompts need it.');
  expect(cure).toMatch(/^ {13}\S.*(auth login|setup-token)/);
  expect([others, empty]).toEqual(['             All ways: cc-executor doctor', '']);
  const body = /-d '(.*)'\n/.exec(stack.stdout())?.[1] ?? '';
  const headers = { 'content-type': 'application/json' };
  const accepted = await fetch(`${String(api)}/execute`, { method: 'POST', headers, body });
  const { execution_id: id } = (await accepted.json()) as { execution_id: string };
  const results = await waitFor(async () => {
    const answer = await fetch(`${String(api)}/executions/${id}/results`);
    const view = (await answer.json()) as { status: string; results: { stdout: string }[] };
    return view.status === 'completed' && view.results;
  });
  expect(results[0]?.stdout).toBe('hello\n');
  stack.process.kill('SIGINT');
  expect(await stack.ended).toEqual({ code: null, signal: 'SIGINT' });
  expect(alive(record)).toEqual([]);
});

test('its end says which lists continue at the next start, and the next start says that they do', async () => {
  const first = startMain();
  await first.printed('Try it');
  const { api } = first.record();
  const submit = async (body: Record<string, unknown>) => {
    const headers = { 'content-type': 'application/json' };
    const tasks = [{ command: 'echo one' }, { command: 'while :; do sleep 0.1; done' }];
    await fetch(`${String(api)}/execute`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ tasks, ...body }),
    });
    await waitFor(async () => {
      const answer = await fetch(`${String(api)}/executions/${String(body['execution_id'])}/status`);
      return ((await answer.json()) as { settled_tasks: number }).settled_tasks === 1;
    });
  };
  await submit({ execution_id: 'goes-on', title: 'A night\u001b[31m of work' });
  await submit({ execution_id: 'stays', title: 'Another' });
  await fetch(`${String(api)}/executions/stays/pause`, { method: 'POST' });
  await waitFor(async () => {
    const answer = await fetch(`${String(api)}/executions/stays/status`);
    return ((await answer.json()) as { status: string }).status === 'paused';
  });
  first.process.kill('SIGINT');
  await first.ended;
  const [, end] = first.stdout().split('cc-executor is ending.\n');
  expect(end).toBe(
    [
      '1 list will continue at the next start:',
      '  goes-on  A night of work  (1 of 2 tasks done)',
      '1 list will still be paused:',
      '  stays  Another  (1 of 2 tasks done)',
      '',
    ].join('\n'),
  );

  const second = startMain({ CC_EXECUTOR_DATA_DIR: first.folder });
  await second.printed('Try it');
  expect(second.stdout()).toContain(
    [
      '1 list continues where the last run ended:',
      '  goes-on  A night of work  (1 of 2 tasks done)',
      '1 list is paused until "cc-executor resume <id>":',
      '  stays  Another  (1 of 2 tasks done)',
    ].join('\n'),
  );
  second.process.kill('SIGINT');
  await second.ended;
}, 120_000);

test('a second Ctrl-C ends at once what does not end by itself', async () => {
  const stack = startMain();
  await stack.printed('Try it');
  const record = stack.record();
  const worker = record.processes.find(({ name }) => name === 'worker')?.pid ?? 0;
  // A process that is stopped like this can't answer a SIGTERM.
  process.kill(worker, 'SIGSTOP');
  stack.process.kill('SIGINT');
  await stack.printed('is ending');
  const again = setInterval(() => stack.process.kill('SIGINT'), 100);
  expect(await stack.ended).toEqual({ code: null, signal: 'SIGINT' });
  clearInterval(again);
  await waitFor(() => alive(record).length === 0, { what: 'every process to be gone' });
});

test('settings that are wrong end it with code 1, and every fault on standard error', async () => {
  const stack = startMain({ CC_EXECUTOR_API_PORT: 'many', LOG_LEVEL: 'loud' });
  expect(await stack.ended).toEqual({ code: 1, signal: null });
  expect(stack.stdout()).toBe('');
  expect(stack.stderr()).toMatch(
    /^2 settings are wrong:\n {2}CC_EXECUTOR_API_PORT: .*\n {2}LOG_LEVEL: .*\n$/,
  );
});

test('ports in use end it with code 1, and a sentence for each with the setting to change', async () => {
  const first = startMain();
  await first.printed('Try it');
  const { api, ws } = first.record();
  const ports = {
    CC_EXECUTOR_API_PORT: new URL(String(api)).port,
    CC_EXECUTOR_WS_PORT: new URL(String(ws)).port,
  };
  const second = startMain(ports);
  expect(await second.ended).toEqual({ code: 1, signal: null });
  expect(second.stdout()).toBe('');
  expect(second.stderr()).toMatch(
    /^api could not start: port \d+ of 127\.0\.0\.1 is in use: .*CC_EXECUTOR_API_PORT.*\ngateway could not start: port \d+ .*CC_EXECUTOR_WS_PORT.*\n$/,
  );
  first.process.kill('SIGTERM');
  expect(await first.ended).toEqual({ code: null, signal: 'SIGTERM' });
});
