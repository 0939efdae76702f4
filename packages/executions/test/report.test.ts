import { ExecuteRequest, Report, type AttemptEnd } from '@cc-executor/contracts';
import { SAMPLE_END, sampleRow } from '@cc-executor/testkit';
import { describe, expect, it } from 'vitest';
import { makeRecord } from '../src/make-record.ts';
import { EarlierRuns } from '../src/report/earlier-runs.ts';
import { makeReport } from '../src/report/make-report.ts';
import type { ReportFacts } from '../src/report/facts.ts';
import { proof } from '../src/report/proof-lines.ts';
import { RowTotals } from '../src/report/row-totals.ts';
import type { StoredExecution } from '../src/ports/store.ts';
import { applyEvent } from '../src/apply-event.ts';
import { initialState } from '../src/state.ts';
import { endTotals } from '../src/totals.ts';

const SINCE = new Date('2026-05-01T00:00:00Z');
const UNTIL = new Date('2026-05-02T00:00:00Z');
const AT = '2026-05-01T03:00:00.000Z';

/** The repository of a list, as its record has it. */
const REPOSITORY: NonNullable<StoredExecution['record']['repository']> = {
  path: '/home/me/app',
  url: null,
  commit: null,
  ref: null,
  branch: 'cc-executor/a',
  commits: 'per_task',
  deliver: 'branch',
  include: [],
};

type Input = Parameters<typeof makeRecord>[0]['tasks'][number];

/** An execution whose tasks ended so; null: it was not begun. */
function execution(id: string, tasks: readonly [Input, Partial<AttemptEnd> | null][]): StoredExecution {
  const record = makeRecord({ tasks: tasks.map(([task]) => task), on_failure: 'continue' }, id, SINCE);
  const state = initialState(tasks.length);
  applyEvent(state, { type: 'execution.started', data: { worker: 'w', generation: 1 } }, AT);
  for (const [index, [, ended]] of tasks.entries()) {
    if (ended === null) continue;
    const place = { task: index + 1, attempt: 1 };
    const data = { ...SAMPLE_END, ...ended };
    const start = { description: 'x', agent: 'command', reason: 'first', session: null } as const;
    applyEvent(state, { type: 'task.started', ...place, data: start }, AT);
    const type = data.outcome === 'completed' ? 'task.completed' : 'task.failed';
    applyEvent(state, { type, ...place, data }, AT);
  }
  return { record, state, epoch: 'e', head: 1 };
}

function facts(executions: readonly StoredExecution[], more: Partial<ReportFacts> = {}): ReportFacts {
  return {
    since: SINCE,
    until: UNTIL,
    now: UNTIL,
    executions: executions.map(({ record, state, epoch, head }) => ({
      execution_id: record.execution_id,
      title: `list ${record.execution_id}`,
      labels: {},
      created_at: record.created_at,
      status: state.status,
      reason: state.reason,
      summary: state.summary,
      epoch,
      head,
      workspace: null,
      branch: null,
      rerun_of: null,
      reruns: [],
      paused_seconds: 0,
      waiting_for: null,
      isArchived: false,
    })),
    details: new Map(executions.map((each) => [each.record.execution_id, each])),
    damaged: [],
    totals: new RowTotals(),
    earlier: new EarlierRuns(),
    proofs: new Map(),
    changes: new Map(),
    workers: 1,
    partial: [],
    ...more,
  };
}

const found: AttemptEnd['findings'] = [
  { code: 'tests_failed', message: 'The tests that ran last failed.', evidence: {} },
];
const check = {
  command: 'npm test',
  round: 0,
  outcome: 'completed' as const,
  message: null,
  exit_code: 0,
  signal: null,
  execution_time: 1,
  output_bytes: 0,
  output_tail: '',
  file: 'check-1.txt',
};

// Proves: report-from-facts
describe('the report of a night', () => {
  it('says that nothing ran, and no cost that is not known', () => {
    const report = Report.parse(makeReport(facts([])));
    expect(report).toMatchObject({ headline: 'Nothing ran.', cost_usd: null, usage: null, partial: [] });
  });

  it('counts, names what failed in the words of its outcome, and is the same each time', () => {
    const list = execution('a', [
      [{ command: 'true', name: 'good' }, {}],
      [
        { command: 'false', name: 'bad' },
        { outcome: 'nonzero_exit', message: 'It ended with exit code 1.' },
      ],
      [
        { command: 'kill', name: 'worse' },
        { outcome: 'signalled', message: null },
      ],
      [{ command: 'later' }, null],
    ]);
    const report = Report.parse(makeReport(facts([list])));
    expect(report.headline).toBe('4 tasks in 1 list: 1 done, 2 failed, 1 open.');
    expect(report.failed.map(({ title, sentence }) => [title, sentence])).toEqual([
      ['bad', 'It ended with exit code 1.'],
      ['worse', 'A signal that was not ours ended the process.'],
    ]);
    expect(report.done).toMatchObject([{ title: 'good', verdict: 'exit_code' }]);
    expect(report.partial).toEqual(['1 list has not ended: what is still to come is not in here.']);
    expect(makeReport(facts([list]))).toEqual(makeReport(facts([list])));
  });

  it('names the branches to look at, and where they are', () => {
    const list = (id: string, more: object, end: Partial<AttemptEnd> = {}) => {
      const made = execution(id, [[{ command: 'true', name: 'good' }, end]]);
      return { ...made, record: { ...made.record, repository: { ...REPOSITORY, ...more } } };
    };
    const warnings = [{ code: 'not_delivered' as const, message: 'The branch exists already.' }];
    const { branches } = Report.parse(
      makeReport(
        facts([
          list('a', {}),
          list('b', { deliver: 'push', path: null, url: 'https://user:secret@example.com/x' }),
          list('c', { deliver: 'none' }),
          list('d', {}, { warnings }),
          list('e', { commits: 'none' }),
          list('f', {}, { outcome: 'nonzero_exit' }),
          execution('g', [[{ command: 'true' }, {}]]),
        ]),
      ),
    );
    expect(branches.map((one) => [one.execution_id, one.is_delivered, one.sentence])).toEqual([
      ['a', true, 'If a task changed something, it is in /home/me/app.'],
      ['b', true, 'If a task changed something, it is in the remote of the repository.'],
      ['c', false, 'If a task changed something, it is in the workspace only.'],
      ['d', false, 'The branch exists already.'],
    ]);
    expect(JSON.stringify(branches)).not.toContain('secret');
  });

  it('promises a branch once something of it was delivered', () => {
    const commit = 'a'.repeat(40);
    const list = execution('a', [[{ command: 'true', name: 'good' }, {}]]);
    applyEvent(
      list.state,
      { type: 'workspace.delivered', data: { to: 'branch', branch: 'cc-executor/a', commit } },
      AT,
    );
    const stored = { ...list, record: { ...list.record, repository: REPOSITORY } };
    expect(Report.parse(makeReport(facts([stored]))).branches).toMatchObject([
      { commit, is_delivered: true, sentence: 'It is in /home/me/app.' },
    ]);
  });

  it('promises no branch with work that came to light after its task, or that another execution did', () => {
    const branchesOf = (list: StoredExecution) =>
      makeReport(facts([{ ...list, record: { ...list.record, repository: REPOSITORY } }])).branches.map(
        (one) => [one.is_delivered, one.sentence],
      );
    for (const code of ['not_delivered', 'not_joined', 'not_committed'] as const) {
      const list = execution('a', [
        [{ command: 'true', name: 'first' }, {}],
        [{ command: 'true', name: 'second' }, {}],
      ]);
      const place = { task: 1, attempt: 1 };
      applyEvent(list.state, { type: 'task.warning', ...place, data: { code, message: 'It clashed.' } }, AT);
      const before = code === 'not_committed' ? 'The work of task 1 is not on it: ' : '';
      // The second began with the first, in a copy.
      for (const task of list.state.tasks) task.started_at = SINCE.toISOString();
      expect(branchesOf(list)).toEqual([[false, `${before}It clashed.`]]);
    }
    const rerun = execution('b', [
      [{ command: 'true', name: 'kept' }, null],
      [{ command: 'false', name: 'again' }, { outcome: 'nonzero_exit' }],
    ]);
    const from = { execution_id: 'a', execution_uuid: 'a', attempt: 1, receipt: null };
    applyEvent(rerun.state, { type: 'task.carried', task: 1, data: { from, end: SAMPLE_END } }, AT);
    expect(branchesOf(rerun)).toEqual([]);
  });

  it('shows a claim beside its proof, those to look at first, and asks a person for contradictions', () => {
    const claim = { json: { tests_passed: true }, result: 'All tests pass.\nReally.' };
    const list = execution('a', [
      [
        { prompt: 'p', name: 'proven' },
        { ...claim, checks: [check] },
      ],
      [{ prompt: 'p', name: 'said only' }, claim],
      [
        { prompt: 'p', name: 'a lie' },
        { ...claim, findings: found },
      ],
      [
        { prompt: 'p', name: 'fixed' },
        {
          checks: [
            { ...check, outcome: 'nonzero_exit' },
            { ...check, round: 1 },
          ],
        },
      ],
    ]);
    const report = Report.parse(makeReport(facts([list])));
    expect(report.done.map(({ title, verdict }) => `${title}: ${verdict}`)).toEqual([
      'a lie: contradicted',
      'said only: unproven',
      'proven: checked',
      'fixed: checked',
    ]);
    expect(report.done[1]).toMatchObject({ claim: 'All tests pass. Really.', says_tests_pass: true });
    expect(report.counts).toMatchObject({ contradicted: 1, tests_claimed: 3, tests_proven: 1, needs_you: 1 });
    expect(report.needs_you).toMatchObject([
      { kind: 'contradicted', task: 3, sentence: 'The tests that ran last failed.', action: 'look' },
    ]);
  });

  it('asks for a person where a list failed and none of its tasks did, and where work was not delivered', () => {
    const torn = execution('a', [
      [{ command: 'true', name: 'one' }, {}],
      [{ command: 'true', name: 'two' }, {}],
    ]);
    const end = { ...endTotals(torn.state, AT), reason: 'Both changed "same".' };
    applyEvent(torn.state, { type: 'execution.failed', data: end }, AT);
    const lost = execution('b', [[{ command: 'true', name: 'three' }, {}]]);
    const warning = { code: 'not_delivered', message: 'It clashed.' } as const;
    applyEvent(lost.state, { type: 'task.warning', task: 1, attempt: 1, data: warning }, AT);
    applyEvent(lost.state, { type: 'execution.completed', data: endTotals(lost.state, AT) }, AT);
    const repository = { ...REPOSITORY, branch: 'cc-executor/b' };
    const report = Report.parse(
      makeReport(facts([torn, { ...lost, record: { ...lost.record, repository } }])),
    );
    expect(report.needs_you.map(({ kind, execution_id, task }) => [kind, execution_id, task])).toEqual([
      ['failed_list', 'a', null],
      ['not_delivered', 'b', null],
    ]);
    expect(report.needs_you[0]?.sentence).toContain('Both changed "same".');
    expect(report.needs_you[1]?.sentence).toContain('It clashed.');
    expect(report.needs_you[1]?.todo).toContain('cc-executor apply b');
    expect(report.headline).toContain('2 things need you.');
  });

  it('has no failure of a variant beside the one that was taken', () => {
    const list = execution('a', [
      [{ prompt: 'p', name: 'make' }, { outcome: 'nonzero_exit' }],
      [{ prompt: 'p', name: 'make' }, {}],
      [{ command: 'true' }, { picked: { task: 2, variant: 2, why: null } }],
    ]);
    const request = {
      tasks: [
        { prompt: 'p', name: 'make', variants: 2 },
        { command: 'true', pick: 'make' },
      ],
    };
    const record = makeRecord(ExecuteRequest.parse(request), 'a', SINCE);
    const report = Report.parse(makeReport(facts([{ ...list, record }])));
    expect(report.failed).toEqual([]);
    expect(report.counts).toMatchObject({ done: 2, failed: 0, not_taken: 1, not_run: 0 });
    expect(report.headline).toContain('2 done, 1 variant not taken.');
    expect(Object.fromEntries(report.done.map(({ task, choice }) => [task, choice]))).toEqual({
      2: 'It was taken.',
      3: 'Variant 2 was taken, by "true".',
    });
  });

  it('has as changed files what is in the workspace, and nothing of a copy that was dropped', () => {
    const picked = { task: 2, variant: 2, of: 2, name: 'make', why: 'It is short.' };
    const list = execution('a', [
      [{ prompt: 'p', name: 'make' }, {}],
      [{ prompt: 'p', name: 'make' }, {}],
      [{ prompt: 'Which?' }, { picked, result: '{"variant":2}' }],
      [{ command: 'false' }, { outcome: 'nonzero_exit' }],
      [{ command: 'false' }, { outcome: 'nonzero_exit' }],
    ]);
    Object.assign(list.state.tasks[3] ?? {}, { in_copy: true });
    const request = {
      tasks: [
        { prompt: 'p', name: 'make', variants: 2 },
        { prompt: 'Which?', pick: 'make' },
        { command: 'false' },
        { command: 'false' },
      ],
    };
    const record = makeRecord(ExecuteRequest.parse(request), 'a', SINCE);
    const all = { added: 1, changed: 0, removed: 0, paths: ['made.txt'] };
    const changes = new Map([1, 2, 3, 4, 5].map((task) => [`a ${String(task)}`, all]));
    const report = Report.parse(makeReport(facts([{ ...list, record }], { changes })));
    expect(report.changed.map(({ task }) => task)).toEqual([2, 5]);
    expect(report.done.find(({ task }) => task === 3)).toMatchObject({
      claim: null,
      choice: 'Variant 2 of make was taken: It is short.',
    });
    expect(report.done.find(({ task }) => task === 1)?.choice).toMatch(/Another variant was taken/);
  });

  it('has the branch of a list whose own tasks failed, and the commit of a later restore', () => {
    const list = execution('a', [[{ command: 'false' }, { outcome: 'nonzero_exit' }]]);
    const of = { ...list, record: { ...list.record, repository: REPOSITORY } };
    expect(makeReport(facts([of])).branches).toEqual([]);
    const at = (commit: string) => ({ to: 'branch', branch: REPOSITORY.branch, commit }) as const;
    applyEvent(of.state, { type: 'workspace.delivered', data: at('a'.repeat(40)) }, AT);
    const [first, later] = ['a'.repeat(40), 'b'.repeat(40)];
    expect(makeReport(facts([of])).branches).toMatchObject([{ commit: first, is_delivered: true }]);
    const known = facts([of]);
    const executions = known.executions.map((one) => ({
      ...one,
      summary: { ...one.summary, delivered: at(later) },
    }));
    expect(makeReport({ ...known, executions }).branches).toMatchObject([{ commit: later }]);
  });

  it('puts paused executions first, with the one thing to do', () => {
    const list = execution('a', [[{ prompt: 'p' }, null]]);
    applyEvent(list.state, { type: 'execution.paused', data: { reason: 'auth_required', until: AT } }, AT);
    const report = Report.parse(makeReport(facts([list])));
    expect(report.needs_you).toMatchObject([{ kind: 'login', execution_id: 'a', action: 'resume' }]);
    expect(report.needs_you[0]?.sentence).toContain('It tries again by itself at 2026-05-01 03:00 (UTC).');
  });

  it('compares with earlier runs of the same task', () => {
    const earlier = new EarlierRuns();
    const before = (description: string, row: Parameters<typeof sampleRow>[1]) =>
      earlier.take(sampleRow(0, { description, ended_at: '2026-04-30T01:00:00.000Z', ...row }));
    for (const duration of [3, 4, 5]) before('slow', { duration });
    before('broke', {});
    before('mended', { status: 'failed' });
    before('broken', { status: 'failed' });
    const list = execution('a', [
      [{ command: 'a', name: 'slow' }, { execution_time: 60 }],
      [{ command: 'a', name: 'broke' }, { outcome: 'nonzero_exit' }],
      [{ command: 'a', name: 'mended' }, {}],
      [{ command: 'a', name: 'broken' }, { outcome: 'nonzero_exit' }],
      [{ command: 'a', name: 'new' }, { outcome: 'nonzero_exit' }],
    ]);
    const { failed, done } = makeReport(facts([list], { earlier }));
    const news = [...failed, ...done].flatMap(({ title, news: some }) =>
      some.map(({ kind }) => `${title}: ${kind}`),
    );
    expect(news.toSorted()).toEqual([
      'broke: newly_failing',
      'broken: still_failing',
      'mended: passes_again',
      'slow: slower',
    ]);
  });

  it('names a damaged archive, and queued lists that no worker takes', () => {
    const list = { ...execution('a', [[{ command: 'a' }, null]]) };
    list.state.status = 'queued';
    const report = makeReport(facts([list], { damaged: ['b'], workers: 0 }));
    expect(report.needs_you.map(({ kind }) => kind)).toEqual(['no_worker', 'damaged']);
  });
});

describe('the sums over attempts', () => {
  it('add up the work, the gaps between attempts, and what is known of tokens and cost', () => {
    const totals = new RowTotals();
    const at = (second: number) => new Date(SINCE.getTime() + second * 1000).toISOString();
    const row = (from: number, to: number, more = {}) =>
      sampleRow(0, { started_at: at(from), ended_at: at(to), duration: to - from, ...more });
    const prompt = { kind: 'prompt', agent: 'claude' } as const;
    totals.take([
      row(100, 110, { ...prompt, cost_usd: 0.5, input_tokens: 10 }),
      row(0, 40, prompt),
      row(30, 50),
    ]);
    expect(totals).toMatchObject({ working: 70, waiting: 50, costUnknown: 1 });
    expect(totals.spent).toMatchObject({ cost_usd: 0.5, usage: { input_tokens: 10, output_tokens: 0 } });
  });
});

it('proof lines are the last ones, plain: no colour, no cursor, and of a progress bar its last state', () => {
  const lastLines = (text: string) => proof('stdout', 'stdout', text).lines;
  const text =
    'a\n\u001b[31mred\u001b[0m\r\n10%\r100%\n\u001b]8;;http://x.example\u0007link\u001b]8;;\u0007\n\n';
  expect(lastLines(text)).toEqual(['a', 'red', '100%', 'link']);
  expect(lastLines('x'.repeat(10_000))[0]).toHaveLength(400);
  expect(lastLines(Array.from({ length: 50 }, (_, line) => String(line)).join('\n'))).toHaveLength(12);
});
