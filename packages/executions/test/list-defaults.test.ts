import { ExecuteRequest, faultsOf } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { makeRecord, tasksOf } from '../src/make-record.ts';
import { submissionOf } from '../src/submission-of.ts';

const read = (list: object) => tasksOf(ExecuteRequest.parse(list));

function faults(list: object): string[] {
  const { error } = ExecuteRequest.safeParse(list);
  return error === undefined ? [] : faultsOf(error).map(({ path, message }) => `${path}: ${message}`);
}

describe('options of a list', () => {
  it('are defaults of its prompts; what is for prompts only is not applied to commands', () => {
    const tasks = read({
      tasks: ['do it', { prompt: 'and this', model: 'own', retries: 0 }, { command: 'ls' }],
      model: 'of the list',
      retries: 2,
      max_budget_usd: 3,
      allowed_tools: ['Read'],
      extra_dirs: ['/srv/data'],
      validation_prompt: 'Is this right? {response}',
      on_invalid: 'fail',
    });
    const shared = {
      max_budget_usd: 3,
      allowed_tools: ['Read'],
      extra_dirs: ['/srv/data'],
      validation_prompt: 'Is this right? {response}',
      on_invalid: 'fail',
    };
    expect(tasks.map(({ retries, options }) => ({ retries, options }))).toEqual([
      { retries: 2, options: { model: 'of the list', ...shared } },
      { retries: 0, options: { model: 'own', ...shared } },
      { retries: 2, options: {} },
    ]);
  });

  it('name no key for a model: only its task does, also in the list that is submitted again', () => {
    const own = { agent: 'model', model: 'm', model_url: 'http://127.0.0.1:4000/v1' };
    const passed = (tasks: { options: { pass_env?: string[] | undefined } }[]) =>
      tasks.map(({ options }) => options.pass_env);
    const list = {
      tasks: [
        'do it',
        { prompt: 'review it', ...own },
        { prompt: 'again', ...own, pass_env: ['MODEL_KEY'] },
        { prompt: 'and again', ...own, pass_env: ['GITHUB_TOKEN'] },
      ],
      pass_env: ['GITHUB_TOKEN'],
    };
    expect(passed(read(list))).toEqual([['GITHUB_TOKEN'], undefined, ['MODEL_KEY'], ['GITHUB_TOKEN']]);
    for (const shown of [
      list.tasks,
      list.tasks.slice(2, 3),
      [list.tasks[0], list.tasks[3]],
      [list.tasks[3], list.tasks[3]],
    ]) {
      const record = makeRecord(ExecuteRequest.parse({ ...list, tasks: shown }), 'e', new Date(0));
      expect(passed(read(submissionOf(record)))).toEqual(passed(record.tasks));
    }
  });

  it('are those of a profile where nobody says otherwise, and never for commands', () => {
    const profile = {
      amend_prompt: true,
      on_too_long: 'truncate',
      on_output_limit: 'retry_shorter',
      uuid: true,
    };
    const schema = { type: 'array' };
    const tasks = read({
      tasks: [
        'do it',
        { prompt: 'otherwise', amend_prompt: false, timeout: 60, retries: 0 },
        { prompt: 'a list', json_schema: schema },
        { command: 'ls' },
      ],
      profile: 'cc_executor',
    });
    expect(tasks.map(({ timeout, retries, options }) => ({ timeout, retries, options }))).toEqual([
      { timeout: 'auto', retries: 2, options: profile },
      { timeout: 60, retries: 0, options: { ...profile, amend_prompt: false } },
      {
        timeout: 'auto',
        retries: 2,
        options: {
          amend_prompt: true,
          on_too_long: 'truncate',
          on_output_limit: 'retry_shorter',
          json_schema: schema,
        },
      },
      { timeout: null, retries: 0, options: {} },
    ]);
    expect(read({ tasks: ['do it'], profile: 'cc_executor', timeout_per_task: 5 })[0]).toMatchObject({
      timeout: 5,
    });
    expect(read({ tasks: [{ prompt: 'do it', profile: 'cc_executor' }, 'and this'] })).toMatchObject([
      { retries: 2, timeout: 'auto' },
      { retries: 0, timeout: null },
    ]);
    expect(faults({ tasks: ['do it'], profile: 'cc-executor' })).toEqual([
      expect.stringContaining('profile: must be "cc_executor"'),
    ]);
  });

  it('may name a ready schema, in place of one', () => {
    const [first, second] = read({
      tasks: ['do it', { prompt: 'otherwise', json_schema: { type: 'object' } }],
      json: 'report',
    });
    expect(first?.options).toEqual({
      json_schema: expect.objectContaining({
        required: ['result', 'files_created', 'files_modified', 'summary'],
      }),
    });
    expect(second?.options).toEqual({ json_schema: { type: 'object' } });
    expect(
      read({ tasks: [{ prompt: 'a', json: 'report' }], json_schema: { type: 'array' } })[0]?.options,
    ).toMatchObject({ json_schema: { type: 'object' } });
    expect(faults({ tasks: [{ prompt: 'a', json: 'report', json_schema: {} }] })).toEqual([
      'tasks[0].json: names a schema, and json_schema has one: give one of them',
    ]);
    expect(faults({ tasks: [{ prompt: 'a', json: 'report', json_mode: false }] })).toEqual([
      'tasks[0].json_mode: is false, but json asks for JSON',
    ]);
    expect(faults({ tasks: [{ command: 'ls', json: 'report' }] })).toEqual([
      'tasks[0].json: is for prompts only',
    ]);
  });

  it.each<[string, object, object, object]>([
    ['plan', { allowed_tools: ['Read'] }, { permission_mode: 'plan' }, { permission_mode: 'plan' }],
    ['no JSON', { json_schema: { type: 'object' } }, { json_mode: false }, { json_mode: false }],
    ['no UUID', { require_uuid: true }, { uuid: false }, { uuid: false }],
    [
      'a schema of a list',
      { uuid: true },
      { json_schema: { type: 'array' } },
      { json_schema: { type: 'array' } },
    ],
    ['trust', { workspace_memory: false }, { trust_workspace: true }, { trust_workspace: true }],
    [
      'a tool less',
      { allowed_tools: ['Read', 'Bash'] },
      { disallowed_tools: ['Bash'] },
      { allowed_tools: ['Read'], disallowed_tools: ['Bash'] },
    ],
    [
      'a tool more',
      { disallowed_tools: ['Bash', 'Write'] },
      { allowed_tools: ['Bash'] },
      { allowed_tools: ['Bash'], disallowed_tools: ['Write'] },
    ],
  ])('do not stand against what a task says itself: %s', (_, list, own, expected) => {
    expect(read({ tasks: [{ prompt: 'x', ...own }], ...list })[0]?.options).toEqual(expected);
  });

  it('have their faults reported once, where they are written', () => {
    const tasks = ['a', 'b', { command: 'ls' }];
    expect(faults({ tasks, uuid: false, require_uuid: true })).toEqual([
      'uuid: is false, but require_uuid asks for it',
    ]);
    expect(faults({ tasks, on_invalid: 'fail' })).toEqual(['on_invalid: needs a validation_prompt']);
    expect(faults({ tasks: [{ prompt: 'a', on_invalid: 'fail' }] })).toEqual([
      'tasks[0].on_invalid: needs a validation_prompt',
    ]);
    expect(
      faults({ tasks: [{ prompt: 'a', on_invalid: 'fail' }], validation_prompt: 'Well? {response}' }),
    ).toEqual([]);
    expect(faults({ tasks: ['a', '{{tasks.3.result}}'], template: true })).toEqual([
      'tasks[1]: {{tasks.3.result}}: there is no task 3',
    ]);
  });
});

describe('durations', () => {
  it.each([
    [90, 90],
    ['90', 90],
    ['10m', 600],
    ['1h30m', 5400],
    ['1h 30m', 5400],
    ['1.5h', 5400],
    ['2 days', 172_800],
    ['500ms', 0.5],
    ['auto', 'auto'],
  ])('%j is read', (timeout, seconds) => {
    expect(read({ tasks: [{ prompt: 'x', timeout }, 'y'], timeout_per_task: timeout })).toMatchObject([
      { timeout: seconds },
      { timeout: seconds },
    ]);
  });

  it.each(['soon', '', '10', '-5m', '30m1h', '1h1h', '5 apples', '8d', '0s', 'm'])(
    '%j is refused',
    (timeout) => {
      const given = timeout === '10' ? '10x' : timeout;
      expect(faults({ tasks: [{ command: 'x', timeout: given }] })).toEqual([
        expect.stringMatching(/^tasks\[0\]\.timeout: must be /),
      ]);
    },
  );
});

describe('variables', () => {
  it('have their value in all texts', () => {
    const list = {
      tasks: [
        {
          name: 'for {{vars.who}}',
          prompt: 'Greet {{ vars.who }} {{vars.times}} times',
          checks: ['test {{vars.who}}'],
        },
        { command: 'echo {{vars.who}}' },
        'Bye {{vars.who}}, {{tasks.1.result}}',
      ],
      checks: ['true {{vars.times}}'],
      vars: { who: 'Ada', times: 3 },
    };
    expect(read(list)).toMatchObject([
      { name: 'for Ada', text: 'Greet Ada 3 times', checking: { checks: ['test Ada'] } },
      { text: 'echo Ada' },
      { text: 'Bye Ada, {{tasks.1.result}}' },
    ]);
    expect(makeRecord(ExecuteRequest.parse(list), 'x', new Date()).checking).toEqual({ checks: ['true 3'] });
  });

  it('without a value are refused, each where it is used', () => {
    expect(
      faults({ tasks: ['{{vars.a}}', { command: '{{vars.b}} {{vars.b}}' }], vars: { b: null } }),
    ).toEqual([
      'tasks[0]: uses {{vars.a}}, which vars does not have',
      'tasks[1].command: needs a value of vars.b, which must be given',
    ]);
  });

  it('are text like all other in a list without them', () => {
    expect(read({ tasks: ['{{vars.a}}'] })).toMatchObject([{ text: '{{vars.a}}' }]);
  });

  it('do not become references of a template', () => {
    const list = {
      tasks: ['a', '{{vars.x}} {{tasks.1.result}}'],
      template: true,
      vars: { x: '{{tasks.9.result}}' },
    };
    expect(read(list)[1]).toMatchObject({ text: '{{{{tasks.9.result}} {{tasks.1.result}}' });
  });
});
