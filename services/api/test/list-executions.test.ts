import { ExecutionPage, Problem, type NewEvent } from '@cc-executor/contracts';
import { applyEvent } from '@cc-executor/executions';
import { endAppend, SAMPLE_END, submitList } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
const submit = async (id: string, more: object) =>
  await api.call.post('/execute').send({ tasks: [{ command: 'true' }], execution_id: id, ...more });
beforeAll(async () => {
  api = await startApi();
  await submit('plain', {});
  await submit('night', { title: 'Nächtliche Prüfung', labels: { team: 'web', nightly: '' } });
  await submit('day', { title: 'Refactor the parser', labels: { team: 'core' } });
  await submit('two', { tasks: ['Write a story', 'Read it'] });
});
afterAll(async () => api.close());

async function ids(query: string): Promise<string[]> {
  const { text } = await api.call.get(`/executions?${query}`);
  return ExecutionPage.parse(JSON.parse(text)).executions.map(({ execution_id }) => execution_id);
}

describe('GET /executions', () => {
  it('shows the title and the labels, and what to call a list that has no title', async () => {
    const { text } = await api.call.get('/executions');
    const { executions } = ExecutionPage.parse(JSON.parse(text));
    expect(executions.map(({ title, labels }) => [title, labels])).toEqual([
      ['Write a story (and 1 more)', {}],
      ['Refactor the parser', { team: 'core' }],
      ['Nächtliche Prüfung', { team: 'web', nightly: '' }],
      ['true', {}],
    ]);
    for (const path of ['', '/status', '/results']) {
      const { body } = await api.call.get(`/executions/night${path}`);
      expect(body).toMatchObject({ title: 'Nächtliche Prüfung', labels: { team: 'web' } });
    }
  });

  // Proves: lists-are-found
  it.each([
    ['label=team', ['day', 'night']],
    ['label=team=web', ['night']],
    ['label=team&label=nightly', ['night']],
    ['label=!team', ['two', 'plain']],
    ['label=!team=web', ['two', 'day', 'plain']],
    ['label=nightly=', ['night']],
    ['label=constructor', []],
    ['q=PARSER', ['day']],
    [`q=${encodeURIComponent('prüfung NÄCHT')}`, ['night']],
    ['q=core', ['day']],
    ['q=story&label=!team', ['two']],
    ['q=nothing', []],
    ['status=queued&label=team=core', ['day']],
    ['status=running&label=team=core', []],
    ['from=2020-01-01&to=2100-01-01T00:00:00Z', ['two', 'day', 'night', 'plain']],
    ['to=2020-01-01', []],
    ['from=2100-01-01', []],
  ])('finds %s', async (query, found) => {
    expect(await ids(query)).toEqual(found);
  });

  // Proves: lists-are-found
  it('continues from page to page, whatever is asked for', async () => {
    for (const query of ['label=!nobody', 'q=r', 'from=2020-01-01']) {
      const all = await ids(query);
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const { text } = await api.call.get(`/executions?limit=1&${query}${at}`);
        const page = ExecutionPage.parse(JSON.parse(text));
        seen.push(...page.executions.map(({ execution_id }) => execution_id));
        cursor = page.next_cursor;
      }
      expect(seen).toEqual(all);
    }
  });

  // Proves: lists-are-found
  it('finds those of which a task ended in some way, also when they are archived', async () => {
    const id = await submitList(api.store);
    const at = new Date().toISOString();
    const { state } = (await api.store.read(id)) ?? {};
    if (!state) throw new Error(`There is no execution ${id}.`);
    const started = { description: 'it', reason: 'first' } as const;
    applyEvent(state, { type: 'execution.started', data: { worker: 'w' } } as NewEvent, at);
    applyEvent(state, { type: 'task.started', task: 1, attempt: 1, data: started } as NewEvent, at);
    const data = { ...SAMPLE_END, outcome: 'nonzero_exit' } as const;
    applyEvent(state, { type: 'task.failed', task: 1, attempt: 1, data }, at);
    await api.store.append(id, { ...endAppend(id), summary: state.summary });
    expect(await ids('outcome=nonzero_exit')).toEqual([id]);
    expect(await ids('outcome=completed')).toEqual([]);
  });

  it.each([
    ['label=-x', 'label[0]'],
    ['label=', 'label[0]'],
    ['outcome=sad', 'outcome'],
    ['from=yesterday', 'from'],
    ['from=2026-02-02&to=2026-01-01', 'to'],
  ])('refuses %s', async (query, path) => {
    const { status, text } = await api.call.get(`/executions?${query}`);
    expect(status).toBe(400);
    expect(Problem.parse(JSON.parse(text)).errors?.map((fault) => fault.path)).toEqual([path]);
  });

  it('finds the few of many', async () => {
    const at = (n: number) => new Date(Date.UTC(2020, 0, 1) + Math.floor(n / 3));
    for (let n = 0; n < 1200; n += 1)
      await submitList(api.store, {
        id: `m${String(n)}`,
        title: n % 400 === 0 ? 'rare' : 'often',
        at: at(n),
      });
    expect(await ids('q=rare')).toEqual(['m800', 'm400', 'm0']);
    const { text } = await api.call.get('/executions?q=rare&limit=2');
    const { executions, next_cursor } = ExecutionPage.parse(JSON.parse(text));
    expect(executions).toHaveLength(2);
    expect(await ids(`q=rare&limit=2&cursor=${String(next_cursor)}`)).toEqual(['m0']);
    expect(await ids('to=2020-01-01T00:00:00.001Z')).toEqual(['m2', 'm1', 'm0']);
    expect(await ids('from=2020-01-01T00:00:00.399Z&to=2021-01-01')).toEqual(['m1199', 'm1198', 'm1197']);
  });
});

describe('a submission', () => {
  it.each([
    [{ title: '' }, 'title'],
    [{ title: '   ' }, 'title'],
    [{ title: 'x'.repeat(201) }, 'title'],
    [{ labels: { '-x': '1' } }, 'labels.-x'],
    [{ labels: { team: 3 } }, 'labels.team'],
    [{ labels: { team: 'x'.repeat(201) } }, 'labels.team'],
    [{ labels: [] }, 'labels'],
    [{ labels: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${String(n)}`, ''])) }, 'labels'],
  ])('with %j is refused by name', async (more, path) => {
    const { status, text } = await submit('refused', more);
    expect(status).toBe(400);
    expect(Problem.parse(JSON.parse(text)).errors?.map((fault) => fault.path)).toEqual([path]);
    expect((await api.call.get('/executions/refused')).status).toBe(404);
  });
});

describe('POST /executions/{id}/remove', () => {
  it('refuses one that has not ended, and one that is not there', async () => {
    const running = await api.call.post('/executions/plain/remove');
    expect({ status: running.status, code: (running.body as Problem).code }).toEqual({
      status: 409,
      code: 'ILLEGAL_STATE',
    });
    expect((await api.call.post('/executions/nothing/remove')).status).toBe(404);
  });

  it('takes it off every list at once, and has it removed first', async () => {
    await submit('gone', { labels: { team: 'gone' } });
    await api.call.post('/executions/gone/cancel');
    expect(await ids('status=cancelled')).toEqual(['gone']);
    const { status, body } = await api.call.post('/executions/gone/remove');
    expect({ status, body: body as unknown }).toEqual({
      status: 202,
      body: { execution_id: 'gone', status: 'cancelled' },
    });
    expect(await ids('status=cancelled')).toEqual([]);
    expect(await ids('label=team=gone')).toEqual([]);
  });
});
