import { CcExecutor, exportExecutionHistory, type HistoryRow } from '@cc-executor/sdk';
import { sampleRow } from '@cc-executor/testkit';
import { parse } from 'csv-parse/sync';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliUnderTest } from './cli-under-test.ts';

/** Rows of long ago, more than a pipe holds. */
const MANY = 5000;

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
let cc: CcExecutor;
beforeAll(async () => {
  under = await startCliUnderTest();
  cc = new CcExecutor({ url: under.stack.apiUrl });
  const old = join(under.folder, 'data/history/2026-05-01T00');
  await mkdir(old, { recursive: true });
  const rows = Array.from({ length: MANY }, (_, index) => sampleRow(index, { task: index + 1 }));
  await writeFile(join(old, '0000000-e.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const tasks = [{ command: 'true', name: 'say "hi", twice' }, { command: 'exit 3' }];
  await (await cc.execute(tasks, { execution_id: 'mine' })).result();
});
afterAll(async () => {
  await under.stop();
});

const history = async (...args: string[]) => await under.cli('history', ...args);

describe('history', () => {
  it('lists the latest attempts, for people and as JSON', async () => {
    const { code, stdout } = await history('list', '--limit', '3');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/ mine +2 +1 +failed \(nonzero_exit\) +\d+\.\d s +exit 3$/);
    expect(lines[2]).toMatch(/ mine +1 +1 +completed +\d+\.\d s +say "hi", twice$/);
    const { rows } = JSON.parse((await history('list', '--json', '--execution', 'mine')).stdout) as {
      rows: HistoryRow[];
    };
    expect(rows.map(({ task, status }) => [task, status])).toEqual([
      [2, 'failed'],
      [1, 'completed'],
    ]);
  });

  it('exports all of it, to standard output or into a file, as the client does', async () => {
    const { stdout } = await history('export');
    const rows = parse<Record<string, string>>(stdout, { columns: true });
    expect(rows).toHaveLength(MANY + 2);
    expect(rows[1]?.['description']).toBe('say "hi", twice');
    const file = join(under.folder, 'history.csv');
    expect(await history('export', '--output', file)).toMatchObject({ code: 0, stdout: '' });
    expect(await readFile(file, 'utf8')).toBe(stdout);
    expect(await exportExecutionHistory({ format: 'csv', client: cc })).toBe(stdout);
    const last = await exportExecutionHistory({ limit: 1, client: cc });
    expect(JSON.parse(last)).toMatchObject({ rows: [{ execution_id: 'mine', task: 2 }] });
    expect(await Array.fromAsync(cc.history({ to: '2026-05-01T00:01:00Z' }))).toEqual([sampleRow(0)]);
  });

  it('sums up', async () => {
    const { stdout } = await history('metrics');
    expect(stdout).toMatch(/^5002 attempts in 2 executions, 2026-04-30 .*\ncompleted 5001, nonzero_exit 1\n/);
    expect(stdout).toMatch(/^command {2}- +5002 +99% +1\.0 s +1\.0 s /m);
    const json = JSON.parse((await history('metrics', '--status', 'failed', '--json')).stdout) as object;
    expect(json).toMatchObject({
      attempts: 1,
      by_status: { failed: 1 },
      by_agent: [{ agent: 'command', completed: 0, median_time: null }],
    });
    expect((await history('metrics', '--status', 'timed_out')).stdout).toBe('No attempt has ended so.\n');
  });

  it.each([
    [['list', '--from', 'someday'], /It must be a time, like "2h" \(ago\)/],
    [['list', '--status', 'well'], /completed, failed/],
    [['export', '--format', 'xml'], /csv, json, jsonl/],
    [['export', '--output', '/tmp'], /\/tmp is a directory/],
    [['export', '--output', '/nowhere/at/all.csv'], /can't be written/],
    [['lits'], /no command/],
  ])('refuses %j with 2', async (args, why) => {
    const { code, stdout, stderr } = await history(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(why);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it('reports a full disk, and leaves nothing incomplete behind', async () => {
    const line = /^cc-executor: .*can't be written \(.*ENOSPC.*\)\.\n$/;
    const full = await history('export', '--output', '/dev/full');
    expect(full).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(line) });
    const redirected = await under.shell('history export > /dev/full');
    expect(redirected).toMatchObject({ code: 1, stderr: expect.stringMatching(line) });
    expect((await readdir(under.folder)).filter((name) => name.startsWith('history.csv.'))).toEqual([]);
  });

  it('ends quietly when its reader has had enough', async () => {
    const ended = await under.shell('history export | head -1; echo "${PIPESTATUS[0]}"');
    expect(ended.stdout).toMatch(/^schema,execution_id,.*\r\n0\n$/);
    expect(ended.stderr).toBe('');
  });
});
