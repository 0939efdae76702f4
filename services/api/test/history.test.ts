import { HistoryRow, HistoryView, Problem } from '@cc-executor/contracts';
import { sampleRow } from '@cc-executor/testkit';
import { parse } from 'csv-parse/sync';
import { historyText } from '../src/history-text.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
const odd = 'say "a,b";\r\n\tthen é 漢 𝄞';
const place = (id: string, minute: number) => ({
  execution_id: id,
  created_at: new Date(Date.UTC(2026, 4, 1, 0, minute)).toISOString(),
});
beforeAll(async () => {
  api = await startApi();
  const { history } = api.dependencies;
  const prompt = {
    execution_id: 'b',
    kind: 'prompt',
    agent: 'claude',
    input_tokens: 12,
    cost_usd: 0.5,
  } as const;
  await history.add(place('a', 0), [sampleRow(1, { execution_id: 'a', description: odd })]);
  await history.add(place('b', 1), [
    sampleRow(2, { ...prompt, status: 'failed', outcome: 'no_result', exit_code: null }),
    sampleRow(3, { ...prompt, attempt: 2, description: '=SUM(A1)' }),
  ]);
});
afterAll(async () => api.close());

const ids = (rows: readonly HistoryRow[]) =>
  rows.map(({ execution_id, attempt }) => `${execution_id}${String(attempt)}`);
const get = async (query: string) => await api.call.get(`/history${query}`);

describe('GET /history', () => {
  it('is one JSON document', async () => {
    const response = await get('');
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    const { rows } = HistoryView.parse(JSON.parse(response.text));
    expect(ids(rows)).toEqual(['b2', 'b1', 'a1']);
    expect(rows[2]?.description).toBe(odd);
  });

  it('is a row a line', async () => {
    const { text } = await get('?format=jsonl&limit=2');
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => HistoryRow.parse(JSON.parse(line)));
    expect(ids(rows)).toEqual(['b2', 'b1']);
  });

  it('is CSV that another program reads back: quotes, commas, line ends and other scripts', async () => {
    const response = await get('?format=csv');
    expect(response.headers['content-type']).toContain('text/csv');
    const rows = parse<Record<string, string>>(response.text, { columns: true });
    expect(Object.keys(rows[0] ?? {})).toEqual(Object.keys(HistoryRow.shape));
    expect(rows.map((row) => row['description'])).toEqual(["'=SUM(A1)", 'true', odd]);
    expect(rows[1]).toMatchObject({ cost_usd: '0.5', counts: 'true', exit_code: '', input_tokens: '12' });
  });

  it('is CSV whose rows do not break at a lone line end, and in which no formula hides behind a space', async () => {
    const names = ['one\n=1+1', 'one\rtwo', ' =1+1', '\n+1'];
    const text = async () => {
      const batches = (async function* () {
        yield names.map((description) => ({ description }) as HistoryRow);
      })();
      let all = '';
      for await (const piece of historyText(batches, 'csv')) all += piece;
      return all;
    };
    const rows = parse<Record<string, string>>(await text(), { columns: true });
    expect(rows.map((row) => row['description'])).toEqual(['one\n=1+1', 'one\rtwo', "' =1+1", "'\n+1"]);
  });

  it.each([
    ['?status=failed', ['b1']],
    ['?execution_id=a', ['a1']],
    ['?from=2026-05-01T00:02:00Z&to=2026-05-01T02:03:00%2B02:00', ['b1']],
    ['?from=2026-05-01&to=2026-05-02', ['b2', 'b1', 'a1']],
    ['?to=2026-04-30', []],
  ])('%s', async (query, expected) => {
    expect(ids((JSON.parse((await get(query)).text) as HistoryView).rows)).toEqual(expected);
  });

  it.each([
    ['?format=xml', ['format']],
    ['?from=yesterday&limit=0&status=ok', ['from', 'limit', 'status']],
    ['?from=2026-05-02&to=2026-05-01', ['to']],
    ['?execution_id=..%2Fx', ['execution_id']],
    ['?since=1', ['since']],
  ])('refuses %s', async (query, paths) => {
    const response = await get(query);
    expect(response.status).toBe(400);
    const problem = Problem.parse(JSON.parse(response.text));
    expect((problem.errors ?? []).map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
  });

  it('says that there is nothing yet', async () => {
    expect((await get('?status=timed_out')).text).toBe('{"rows":[]}\n');
    expect((await get('?status=timed_out&format=jsonl')).text).toBe('');
  });
});
