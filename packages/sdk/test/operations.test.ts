import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import * as sdk from '../src/index.ts';
import { CcExecutor } from '../src/local.ts';

interface Row {
  operation: string;
  typescript?: string[];
  parameters?: Record<string, { typescript?: string }>;
}

const TABLE = new URL('../../../tests/contract/operations.json', import.meta.url);
const rows = JSON.parse(await readFile(TABLE, 'utf8')) as Row[];

it('offers the operations of the table, and no other', () => {
  const methods = [sdk.CcExecutor, sdk.Execution].flatMap((kind) =>
    Object.entries(Object.getOwnPropertyDescriptors(kind.prototype))
      .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
      .map(([name]) => `${kind.name}.${name}`),
  );
  const functions = Object.entries(sdk)
    .filter(([, value]) => typeof value === 'function' && !String(value).startsWith('class'))
    .map(([name]) => name);
  const named = new Set(rows.flatMap(({ typescript = [] }) => typescript));
  expect(new Set([...methods, ...functions, 'local'])).toEqual(named);
  expect(CcExecutor).toHaveProperty('local');
});

/** Each call that has parameters, with all of them, so that the types have to know each. */
const CALLS: Record<string, (client: sdk.CcExecutor, execution: sdk.Execution) => Promise<unknown>> = {
  'submit a list': async (client) =>
    await client.execute(['x'], {
      timeout_per_task: 1,
      execution_id: 'x',
      workspace: 'x',
      on_failure: 'stop',
      title: 'x',
      labels: { x: 'x' },
      strict: true,
      env: { x: 'x' },
      pass_env: ['x'],
      checks: ['x'],
      on_check_failure: 'fix',
      max_fixes: 1,
      repository: { path: '/x' },
      max_parallel: 2,
      isolation: 'container',
      image: 'x',
      network: ['example.com'],
      on_retry: 'restore',
      vars: { x: null },
      retries: 1,
      model: 'x',
      model_url: 'http://x',
      fallback_model: 'x',
      append_system_prompt: 'x',
      template: true,
      on_too_long: 'refuse',
      retry_context: 'none',
      on_output_limit: 'fail',
      amend_prompt: true,
      profile: 'cc_executor',
      json: 'report',
      json_mode: true,
      json_schema: {},
      uuid: true,
      require_uuid: true,
      validation_prompt: '{response}',
      validation_agent: 'codex',
      amendment_agent: 'codex',
      fix_agent: 'codex',
      review_agent: 'codex',
      acp: { command: 'opencode' },
      copies: { link: ['node_modules'] },
      on_conflict: 'agent',
      on_invalid: 'warn',
      permission_mode: 'plan',
      allowed_tools: ['Read'],
      disallowed_tools: ['Read'],
      on_denied: 'warn',
      on_background: 'wait',
      on_overage: 'use',
      max_turns: 1,
      max_budget_usd: 1,
      mcp_servers: {},
      trust_workspace: true,
      workspace_memory: true,
      extra_dirs: ['/x'],
    }),
  'list the executions': async (client) =>
    await client.list({
      status: 'running',
      limit: 1,
      cursor: 'x',
      label: ['x'],
      outcome: 'timed_out',
      q: 'x',
      from: 'x',
      to: 'x',
    }),
  'follow the events': async (_, execution) =>
    await execution.events({ after: 1, epoch: 'x', task: 1, output: false }).next(),
  'follow all executions': async (client) => await client.feed({ after: 1, epoch: 'x' }).next(),
  'search the outputs and messages of an execution': async (_, execution) =>
    await execution.search('x', {
      task: 1,
      attempt: 1,
      from: 1,
      skip: 1,
      limit: 1,
      stream: 'stdout',
      matchCase: true,
    }),
  'search the outputs and messages of a night': async (client) =>
    await client.search('x', {
      since: 'x',
      until: 'x',
      label: 'x',
      skip: 1,
      limit: 1,
      stream: 'stdout',
      matchCase: true,
    }),
  'output of a task': async (_, execution) => await execution.output(1, { stream: 'stderr', attempt: 1 }),
  'what an execution has changed': async (_, execution) =>
    await execution.changes({ against: 'start', path: 'x', cursor: 'x', limit: 1 }),
  'what a task has changed': async (_, execution) =>
    await execution.changes({ task: 1, attempt: 1, against: 'start', path: 'x', cursor: 'x', limit: 1 }),
  'files at a snapshot': async (_, execution) =>
    await execution.files({ at: 'now', path: 'x', cursor: 'x', limit: 1 }),
  'file at a snapshot': async (_, execution) => await execution.file('x', { at: 'now' }),
  'workspace at a snapshot': async (_, execution) => await execution.archive({ at: 'now', path: 'x' }),
  'restore the workspace': async (_, execution) =>
    await execution.restore({ beforeTask: 1, afterTask: 1, snapshot: 'x', dryRun: true, hard: true }),
  'run a list again from a task': async (_, execution) =>
    await execution.rerun({ from: 1, tasks: ['x'], workspace: 'keep' }),
  'receipt of an attempt': async (_, execution) => await execution.receipt(1, { attempt: 1 }),
  'what happened between two times': async (client) =>
    await client.report({ since: 'x', until: 'x', label: 'x' }),
  history: async (client) =>
    await client.exportHistory({
      format: 'csv',
      from: 'x',
      to: 'x',
      status: 'failed',
      executionId: 'x',
      limit: 1,
    }),
};

it('sends the parameters of the table', async () => {
  const sent: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      sent.push(...new URL(request.url ?? '', 'http://x').searchParams.keys());
      if (body !== '') sent.push(...Object.keys(JSON.parse(body) as object));
      response.writeHead(400).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new sdk.CcExecutor({
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
  });
  for (const { operation, typescript, parameters } of rows) {
    if (typescript === undefined || parameters === undefined) continue;
    sent.length = 0;
    await CALLS[operation]?.(client, client.attach('x')).catch(() => {});
    const expected = Object.entries(parameters).flatMap(([name, { typescript: ours }]) =>
      ours ? [name] : [],
    );
    expect([operation, ...sent.toSorted()]).toEqual([operation, ...expected.toSorted()]);
  }
  server.close();
});
