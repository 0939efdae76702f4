import { Report } from '@cc-executor/contracts';
import {
  endAppend,
  eventToStore,
  outputAppend,
  SAMPLE_END,
  sampleRow,
  submitList,
} from '@cc-executor/testkit';
import { initialState, applyEvent } from '@cc-executor/executions';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
const HOSTILE = '<img src=x onerror=alert(1)> | `b` [l](http://x.example)';

/** A list of one command that failed, and printed lines. */
async function failedList(id: string, printed: string, isKept = true) {
  const place = { task: 1, attempt: 1 };
  const bytes = Buffer.byteLength(printed);
  const end = {
    ...SAMPLE_END,
    outcome: 'nonzero_exit',
    exit_code: 1,
    message: HOSTILE,
    stderr_bytes: bytes,
  } as const;
  const start = { description: 'true', agent: 'command', reason: 'first', session: null } as const;
  await submitList(api.store, { id });
  const state = initialState(1);
  const now = new Date().toISOString();
  const events = [
    { type: 'task.started', ...place, data: start },
    { type: 'task.failed', ...place, data: end },
  ] as const;
  for (const event of events) applyEvent(state, event, now);
  const [task] = state.tasks;
  await api.store.append(id, {
    ...outputAppend(id, ''),
    events: events.map((event) => eventToStore(id, event)),
    summary: state.summary,
    tasks: new Map(task ? [[1, task]] : []),
  });
  if (!isKept) return;
  const file = api.dependencies.outputs.path({ executionId: id, ...place, stream: 'stderr' });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, printed);
}

beforeAll(async () => {
  api = await startApi();
  await failedList('bad', `${'line\n'.repeat(5000)}é the reason\n`);
  const done = await submitList(api.store, { id: 'old', at: new Date('2026-01-01T00:00:00Z') });
  await api.store.append(done, endAppend(done));
  const row = sampleRow(0, { execution_id: 'bad', ended_at: new Date().toISOString(), duration: 7 });
  await api.dependencies.history.add({ execution_id: 'bad', created_at: new Date().toISOString() }, [row]);
});
afterAll(async () => api.close());

const get = async (query: string, accept: string) =>
  await api.call.get(`/report${query}`).set('accept', accept);

describe('GET /report', () => {
  it('is JSON: the reason of a failure, and the last lines that prove it', async () => {
    const response = await get('', 'application/json');
    expect(response.status).toBe(200);
    const report = Report.parse(response.body);
    expect(report.counts).toMatchObject({ executions: 1, tasks: 1, failed: 1 });
    expect(report.failed).toMatchObject([
      { execution_id: 'bad', list: expect.stringMatching(/./), task: 1, sentence: HOSTILE },
    ]);
    expect(report.failed[0]?.proof[0]?.lines.at(-1)).toBe('é the reason');
    expect(report.failed[0]?.proof[0]?.lines).toHaveLength(12);
    expect(report.times.working).toBe(7);
  });

  it('is Markdown and HTML in which nothing of anybody is markup', async () => {
    const markdown = await get('', 'text/markdown');
    expect(markdown.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(markdown.text).not.toContain('<img');
    expect(markdown.text).toMatch(/^### .+, task 1: .+ \(bad\)$/m);
    const html = await get('', 'text/html');
    expect(html.headers['content-security-policy']).toContain('sandbox');
    expect(html.text).toContain('&lt;img src=x');
    expect(html.text).not.toMatch(/<(img|script|a) /);
  });

  it('says that an output is no longer kept', async () => {
    await failedList('pruned', 'it was here\n', false);
    const { failed } = Report.parse((await get('', 'application/json')).body);
    expect(failed.find(({ execution_id }) => execution_id === 'pruned')?.proof).toMatchObject([
      { lines: [], note: 'Its output is no longer kept.' },
    ]);
  });

  it('is of lists with a label alone, where one is given', async () => {
    for (const [label, count] of [
      ['team', 0],
      ['!team', 2],
    ] as const)
      expect(Report.parse((await get(`?label=${label}`, 'application/json')).body).counts.executions).toBe(
        count,
      );
  });

  it('takes a time, and refuses what is none with the name of the field', async () => {
    const report = Report.parse((await get('?since=2025-12-31&until=2026-01-02', 'application/json')).body);
    expect(report.counts).toMatchObject({ executions: 1 });
    for (const query of ['?since=tomorrow', '?since=2026-01-02&until=2026-01-01', '?label==x', '?kind=x'])
      expect((await get(query, 'application/json')).body).toMatchObject({
        status: 400,
        code: 'INVALID_REQUEST',
      });
    expect((await get('?since=2999-01-01', 'application/json')).body).toMatchObject({
      detail: 'since: must not be in the future',
    });
  });
});
