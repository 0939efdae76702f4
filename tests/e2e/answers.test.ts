import type { ExecutionView } from '@cc-executor/contracts';
import {
  CONTAINERS,
  firstUserTexts,
  httpError,
  say,
  startScriptedModel,
  textsOf,
  useTool,
  type Reply,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const MAX_TOKENS = 2000;
/** What is said to prompts that begin so, one reply after the other; the last one again and again. */
let script: Record<string, Reply[]> = {};
/** The prompts that the model was given, in order. */
let prompts: string[] = [];
/** The system prompts that went with them. */
let systems: string[] = [];
let model: ScriptedModel;
let under: StackUnderTest;

beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      const prompt = firstUserTexts(request).at(-1) ?? '';
      prompts.push(prompt);
      systems.push(textsOf(request.system).join('\n'));
      const [, replies] = Object.entries(script).find(([start]) => prompt.startsWith(start)) ?? [];
      if (replies === undefined) return httpError(400, `nothing is scripted for: ${prompt.slice(0, 100)}`);
      return (replies.length > 1 ? replies.shift() : replies[0]) ?? say('');
    },
  });
  under = await startStackUnderTest({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    CC_EXECUTOR_MAX_PROMPT_TOKENS: String(MAX_TOKENS),
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});
beforeEach(() => {
  script = {};
  prompts = [];
  systems = [];
});

async function run(body: object) {
  const id = await under.submit(body);
  await under.ended(id);
  const { results, ...totals } = await under.results(id);
  const events = await under.events(id);
  const details = (await under.call('GET', `/executions/${id}`)).body as ExecutionView;
  const warnings = events.flatMap(({ type, data }) => (type === 'task.warning' ? [data['code']] : []));
  return { id, results, totals, events, details, warnings };
}

const usage = { input_tokens: 100, output_tokens: 10 };
const verdict = (is_valid: boolean, reason: string) => useTool('StructuredOutput', { is_valid, reason });
const CUT = 'max_tokens' as const;

describe('an answer that has to be JSON', () => {
  it('is in results and events, and whole beside the output', async () => {
    script = { Count: [useTool('StructuredOutput', { count: 3 }, 'I counted.')] };
    const json_schema = { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] };
    const { results, events, details } = await run({ tasks: [{ prompt: 'Count them.', json_schema }] });
    expect(results[0]).toMatchObject({ status: 'completed', json: { count: 3 }, result: '{"count":3}' });
    expect(events.find(({ type }) => type === 'task.completed')?.data).toMatchObject({ json: { count: 3 } });
    expect(details.tasks[0]?.options).toEqual({ json_schema });
    const link = results[0]?.links['result'] ?? '';
    expect(await (await fetch(under.stack.apiUrl + link)).text()).toBe('{"count":3}');
  });

  it('and is none, or is too large for a result, is still there', async () => {
    const large = { text: 'x'.repeat(100_000) };
    script = { Talk: [say('I would rather talk.')], Large: [say(JSON.stringify(large), { chunk: 5000 })] };
    const tasks = ['Talk', 'Large'].map((prompt) => ({ prompt, json_mode: true }));
    const { id, results } = await run({ tasks, on_failure: 'continue' });
    expect(results[0]).toMatchObject({
      outcome: 'invalid_output',
      result: 'I would rather talk.',
      json: null,
    });
    expect(results[1]).toMatchObject({ outcome: 'completed', json: null, truncated: true });
    const whole = await fetch(`${under.stack.apiUrl}/executions/${id}/tasks/2/output?stream=result`);
    expect(await whole.json()).toEqual(large);
  });
});

describe('what cannot be done', () => {
  // In a container no agent is root.
  it.runIf(process.getuid?.() === 0 && !CONTAINERS)(
    'is refused where all workers are root, who may not bypass',
    async () => {
      const tasks = [{ prompt: 'a', permission_mode: 'bypassPermissions' }];
      const { status, body } = await under.call('POST', '/execute', { tasks });
      expect([status, (body as { errors: { path: string }[] }).errors[0]?.path]).toEqual([
        400,
        'tasks[0].permission_mode',
      ]);
    },
  );

  // Proves: faults-all-at-once
  it('is refused with every fault, and stores nothing', async () => {
    const tasks = [
      { prompt: 'a', json_schema: { type: 'objekt' } },
      { prompt: 'word '.repeat(3000) },
      { prompt: 'b', json_schema: { $ref: 'https://example.com/other' } },
    ];
    const refused = await under.call('POST', '/execute', { execution_id: 'refused', tasks });
    expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(
      (refused.body as { errors: { path: string }[] }).errors.map(({ path }) => path).toSorted(),
    ).toEqual(['tasks[0].json_schema', 'tasks[1].prompt', 'tasks[2].json_schema']);
    expect((await under.call('GET', '/executions/refused')).status).toBe(404);
    const long = await under.call('POST', '/execute', { tasks: tasks.slice(1, 2) });
    expect(long).toMatchObject({ status: 400, body: { code: 'TOKEN_LIMIT' } });
    expect((long.body as { detail: string }).detail).toContain('tokens; at most 2000 are allowed');
  });
});

describe('a prompt that is too long', () => {
  it('is truncated where that is requested, and reported before anything starts', async () => {
    script = { word: [say('Read.')] };
    const prompt = 'word '.repeat(3000);
    const { results, events } = await run({ tasks: [{ prompt, on_too_long: 'truncate' }] });
    expect(results[0]).toMatchObject({ status: 'completed', result: 'Read.' });
    const [asked = ''] = prompts;
    expect(prompt.startsWith(asked)).toBe(true);
    const warning = events.find(({ type }) => type === 'task.warning');
    expect(warning?.data).toMatchObject({
      code: 'prompt_truncated',
      message: expect.stringContaining(
        `its last ${String(prompt.length - asked.length)} bytes were left out`,
      ),
    });
    expect(warning?.seq).toBeLessThan(
      events.find(({ type }) => /^task\.(process|container)$/.test(type))?.seq ?? 0,
    );
  });

  it('is an outcome where it becomes so by what it refers to', async () => {
    const tasks = [
      { command: 'yes word | head -n 4000' },
      { prompt: 'Read {{tasks.1.result}}', template: true },
    ];
    const { results } = await run({ tasks });
    // No agent has started, so it cost nothing, and that is known.
    expect(results[1]).toMatchObject({ status: 'failed', outcome: 'prompt_too_long', cost_usd: 0 });
    expect(prompts).toEqual([]);
  });
});

describe('an answer that reaches the limit of output tokens', () => {
  const cut = say('And so on', { stop_reason: CUT });

  it('fails, or is requested again, and shorter', async () => {
    script = { Tell: [cut, cut, cut, cut, say('Short.')] };
    const { results, events } = await run({ tasks: [{ prompt: 'Tell', on_output_limit: 'retry_shorter' }] });
    expect(results[0]).toMatchObject({ status: 'completed', result: 'Short.', attempt: 2 });
    expect(events.filter(({ type }) => type === 'task.retrying').map(({ data }) => data['outcome'])).toEqual([
      'output_token_limit',
    ]);
    expect(events.some(({ type }) => type === 'execution.waiting')).toBe(false);
    expect(new Set(prompts)).toEqual(new Set(['Tell']));
    expect(JSON.stringify(model.requests.at(-1)?.body.system)).toContain('Give a much shorter one');
  });

  it('is not asked for again and again', async () => {
    script = { Tell: [cut] };
    const { results } = await run({ tasks: [{ prompt: 'Tell', on_output_limit: 'retry_shorter' }] });
    expect(results[0]).toMatchObject({ status: 'failed', outcome: 'output_token_limit', attempt: 2 });
  });
});

describe('handing on', () => {
  it('puts what earlier tasks gave into a prompt, as it is, and names files for commands', async () => {
    script = { 'Of "': [say('It is {{tasks.1.result}} $HOME')], Last: [say('Done.')] };
    const tasks = [
      { name: 'look', command: 'printf \'{{tasks.9.result}} "é"\'; echo oops >&2; exit 3' },
      { prompt: 'Of "{{tasks.look.result}}" and {{tasks.1.stderr}}{{{{x}}', template: true },
      { command: 'cat "$CC_EXECUTOR_RESULT_1" "$CC_EXECUTOR_RESULT_2"; env | grep -c CC_EXECUTOR_RESULT_' },
      { command: 'true' },
      { command: 'wc -c < "$CC_EXECUTOR_RESULT_4"' },
      { prompt: 'Last {{ tasks.5.result }}', template: true },
    ];
    const { results } = await run({ tasks, on_failure: 'continue' });
    expect(prompts).toEqual(['Of "{{tasks.9.result}} "é"" and oops\n{{x}}', 'Last 0\n']);
    expect(results.map(({ stdout }) => stdout.trim())).toEqual([
      '{{tasks.9.result}} "é"',
      'It is {{tasks.1.result}} $HOME',
      '{{tasks.9.result}} "é"It is {{tasks.1.result}} $HOME2',
      '',
      '0',
      'Done.',
    ]);
  });

  it('hands on the whole of a long result', async () => {
    const long = '漢 '.repeat(40_000);
    script = { Long: [say(long, { chunk: 5000 })], Short: [say('Ok.')] };
    const tasks = [
      { prompt: 'Long' },
      { command: 'wc -c < "$CC_EXECUTOR_RESULT_1"' },
      { prompt: 'Short: {{tasks.1.result}}', template: true, on_too_long: 'truncate' },
    ];
    const { results, warnings } = await run({ tasks });
    expect(results[0]).toMatchObject({ truncated: true });
    expect(Number(results[1]?.stdout)).toBe(Buffer.byteLength(long));
    expect(results[2]?.status).toBe('completed');
    expect(warnings).toEqual(['prompt_truncated']);
  });

  it('ends a prompt as too long that refers to a long result very often, and continues', async () => {
    script = { Short: [say('Ok.')] };
    const often = (much: string) => `Short: ${much.repeat(1500)}`;
    const tasks = [
      { command: 'head -c 1100000 /dev/zero | tr "\\0" x' },
      { prompt: often('{{tasks.1.result}}'), template: true },
      { prompt: often('{{tasks.1.result}}'), template: true, on_too_long: 'truncate' },
      { command: 'true' },
    ];
    const { results } = await run({ tasks, on_failure: 'continue' });
    expect(results.map(({ outcome, attempt }) => [outcome, attempt])).toEqual([
      ['completed', 1],
      ['prompt_too_long', 1],
      ['completed', 1],
      ['completed', 1],
    ]);
  });

  it('fails the task that refers to what was never given', async () => {
    const tasks = [
      { prompt: 'Unknown' },
      { prompt: 'Use {{tasks.1.result}}', template: true },
      { command: 'true' },
    ];
    const { results } = await run({ tasks, on_failure: 'continue' });
    expect(results.map(({ outcome }) => outcome)).toEqual(['invalid_request', 'missing_result', 'completed']);
    expect(results[1]?.message).toContain('{{tasks.1.result}} in the prompt stands for nothing');
  });
});

describe('validation', () => {
  const validation_prompt = 'Judge this: {response}';

  it('is done by a fresh agent, and says that all is well', async () => {
    script = { Write: [say('A poem.', { usage })], Judge: [verdict(true, 'It rhymes.')] };
    const { results, events, totals } = await run({ tasks: [{ prompt: 'Write', validation_prompt }] });
    expect(prompts).toEqual(['Write', 'Judge this: A poem.']);
    const [task] = results;
    expect(task).toMatchObject({
      status: 'completed',
      result: 'A poem.',
      stdout: 'A poem.',
      validation: { is_valid: true, reason: 'It rhymes.', suggestions: [], outcome: 'completed' },
    });
    expect(task?.validation?.session_id).not.toBe(task?.session_id);
    const types = events.map(({ type }) => type);
    expect(types.filter((type) => /validat/.test(type))).toEqual(['task.validating', 'task.validated']);
    expect(types.filter((type) => type === 'agent.init')).toHaveLength(1);
    // The validator's part is in the attempt's, once.
    const own = task?.validation;
    expect(task?.usage?.input_tokens).toBe(100 + (own?.usage?.input_tokens ?? 0));
    expect(task?.cost_usd).toBeGreaterThan(own?.cost_usd ?? Infinity);
    expect(totals).toMatchObject({ cost_usd: task?.cost_usd, usage: task?.usage });
  });

  it('that finds fault warns, fails, or has it tried again', async () => {
    script = {
      Write: [say('No poem.'), say('No poem.'), say('No poem.'), say('A poem.')],
      Judge: [
        verdict(false, 'It does not rhyme.'),
        verdict(false, 'It does not rhyme.'),
        verdict(false, 'It does not rhyme.'),
        verdict(true, 'It rhymes.'),
      ],
    };
    const tasks = ['warn', 'fail', 'retry'].map((on_invalid) => ({
      prompt: 'Write',
      validation_prompt,
      on_invalid,
    }));
    const { results, warnings, events } = await run({ tasks, on_failure: 'continue' });
    expect(results.map(({ outcome, attempt }) => [outcome, attempt])).toEqual([
      ['completed', 1],
      ['validation_failed', 1],
      ['completed', 2],
    ]);
    expect(warnings).toEqual(['judged_invalid']);
    expect(results[1]).toMatchObject({
      message: 'The answer was judged invalid: It does not rhyme.',
      result: 'No poem.',
      validation: { is_valid: false },
    });
    expect(events.filter(({ type }) => type === 'task.retrying')).toHaveLength(1);
    // Who tries again is told why; nobody else is.
    const isTold = systems
      .filter((_, index) => prompts[index] === 'Write')
      .map((one) => one.includes('rhyme'));
    expect(isTold).toEqual([false, false, false, true]);
  });

  it('that cannot be done never says that all is well', async () => {
    script = { Write: [say('A poem.')], Judge: [httpError(400, 'no judge today')] };
    const tasks = ['warn', 'fail'].map((on_invalid) => ({ prompt: 'Write', validation_prompt, on_invalid }));
    const { results, warnings } = await run({ tasks, on_failure: 'continue' });
    expect(results.map(({ outcome, validation }) => [outcome, validation?.is_valid])).toEqual([
      ['completed', null],
      ['validation_failed', null],
    ]);
    expect(warnings).toEqual(['not_judged']);
    expect(results[1]?.message).toContain('could not be judged: API Error: 400 no judge today');
  });
});

describe('what it costs', () => {
  it('is reported for each attempt, task and execution, and nothing is counted twice', async () => {
    const loop = useTool('Bash', { command: 'true' });
    script = {
      Twice: [
        { ...loop, usage },
        { ...say('not JSON'), usage },
        { ...say('{"a": 1}'), usage },
      ],
      Once: [{ ...say('Done.'), usage }],
    };
    const tasks = [{ prompt: 'Twice', json_mode: true, retries: 1 }, { command: 'true' }, { prompt: 'Once' }];
    const { id, results, events, totals, details } = await run({ tasks });
    const spent = events.flatMap(({ type, data, task }) =>
      type === 'task.retrying' || type === 'task.completed'
        ? [[task, (data['usage'] as typeof usage | null)?.input_tokens ?? null]]
        : [],
    );
    expect(spent).toEqual([
      [1, 200],
      [1, 100],
      [2, null],
      [3, 100],
    ]);
    expect(results.map(({ usage: of }) => of?.input_tokens ?? null)).toEqual([300, null, 100]);
    expect(results[1]?.cost_usd).toBeNull();
    expect(totals.usage).toMatchObject({ input_tokens: 400, output_tokens: 40 });
    expect(totals.cost_usd).toBeCloseTo((results[0]?.cost_usd ?? 0) + (results[2]?.cost_usd ?? 0), 9);
    expect(events.at(-1)?.data).toMatchObject({ cost_usd: totals.cost_usd, usage: totals.usage });
    expect(await under.status(id)).toMatchObject({ cost_usd: totals.cost_usd, usage: totals.usage });
    expect(details.tasks[0]).toMatchObject({
      usage: { input_tokens: 300 },
      end: { usage: { input_tokens: 100 } },
    });
  });
});
