import type { ExecutionView, HistoryView } from '@cc-executor/contracts';
import {
  firstUserTexts,
  hang,
  httpError,
  say,
  startScriptedModel,
  useTool,
  waitFor,
  type Reply,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const usage = { input_tokens: 100, output_tokens: 10 };
/** What the amending agent is answered, and what the agents of the tasks are. */
let amendment: () => Reply = () => say('');
let answer: () => Reply = () => say('Done.', { usage });
/** The prompts that the model was given, in order; those to amend without what is around them. */
let prompts: string[] = [];
let model: ScriptedModel;
let under: StackUnderTest;

beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      const prompt = firstUserTexts(request).at(-1) ?? '';
      const [, original] = /^Rewrite this prompt;.*\n\n([^]*)$/.exec(prompt) ?? [];
      prompts.push(original === undefined ? prompt : `amend: ${original}`);
      return original === undefined ? answer() : amendment();
    },
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});
beforeEach(() => {
  answer = () => say('Done.', { usage });
  prompts = [];
});

const VAGUE = 'Create a web scraper';
const CLEAR = 'Create a web scraper in scrape.ts that prints the titles of https://example.com';
const amended = (text: string, more = {}) => ({
  ...useTool('StructuredOutput', { amended: text, is_ambiguous: true, reason: 'No page is named.', ...more }),
  usage,
});

async function look(id: string) {
  const events = await under.events(id);
  const { results } = await under.results(id);
  const details = (await under.call('GET', `/executions/${id}`)).body as ExecutionView;
  const warnings = events.flatMap(({ type, data }) => (type === 'task.warning' ? [data] : []));
  return { events, result: results[0], task: details.tasks[0], warnings };
}

async function run(task: object = {}) {
  const id = await under.submit({ tasks: [{ prompt: VAGUE, amend_prompt: true, ...task }] });
  await under.ended(id);
  return { id, ...(await look(id)) };
}

it('is made by a fresh agent, which changes nothing; the original stays beside it', async () => {
  amendment = () =>
    amended(CLEAR, { original: 'x', changes: ['names a page'], decomposed_tasks: ['scrape', 'print'] });
  const { id, events, result, task, warnings } = await run();
  expect(prompts).toEqual([`amend: ${VAGUE}`, CLEAR]);
  const told = {
    original: VAGUE,
    amended: CLEAR,
    changes: ['names a page'],
    is_ambiguous: true,
    reason: 'No page is named.',
    decomposed_tasks: ['scrape', 'print'],
    outcome: 'completed',
  };
  const event = events.find(({ type }) => type === 'task.amended');
  expect([event?.data, task?.amendment, result?.amendment]).toMatchObject([told, told, told]);
  expect(task?.text).toBe(VAGUE);
  expect(event?.data['session_id']).not.toBe(result?.session_id);
  expect(warnings).toEqual([]);
  // What it cost is in the attempt's, once.
  expect(event?.data['usage']).toMatchObject(usage);
  expect(result).toMatchObject({ status: 'completed', usage: { input_tokens: 200, output_tokens: 20 } });
  const { rows } = (await under.call('GET', `/history?execution_id=${id}`)).body as HistoryView;
  expect(rows.find((row) => row.execution_id === id)).toMatchObject({ input_tokens: 200 });
  const asked = model.requests.find(({ body }) => JSON.stringify(body).includes('Rewrite this prompt'));
  const tools = asked?.body.tools?.map(({ name }) => name) ?? [];
  expect(tools).toContain('StructuredOutput');
  expect(tools.filter((name) => ['Bash', 'Write', 'Edit'].includes(name))).toEqual([]);
});

it('is kept for a retry, and paid once', async () => {
  amendment = () => amended(CLEAR);
  answer = () => (prompts.length < 3 ? say('prose') : say('{"a": 1}'));
  const { result } = await run({ json_mode: true, retries: 1 });
  expect(result).toMatchObject({ status: 'completed', attempt: 2, amendment: { amended: CLEAR } });
  expect(prompts).toEqual([`amend: ${VAGUE}`, CLEAR, CLEAR]);
});

it.each([
  [
    'turns doing into explaining',
    () => amended('Explain what a web scraper is'),
    'explains what the original',
  ],
  ['is empty', () => amended(' '), 'the rewritten prompt must not be empty'],
  ['is none', () => say('I would rather talk.', { usage }), 'The answer'],
  ['fails', () => httpError(400, 'no rewriting today'), 'no rewriting today'],
])('that %s is not used: the original runs, and that is told', async (_, reply: () => Reply, why) => {
  amendment = reply;
  const { result, warnings } = await run();
  expect(result).toMatchObject({
    status: 'completed',
    result: 'Done.',
    amendment: { original: VAGUE, amended: null, reason: expect.stringContaining(why) },
  });
  expect(prompts.at(-1)).toBe(VAGUE);
  expect(warnings).toMatchObject([{ code: 'not_amended', message: expect.stringContaining(why) }]);
});

it('that hangs is ended, and the original runs', async () => {
  amendment = () => hang();
  const { result, warnings } = await run({ timeout: 16 });
  expect(result).toMatchObject({ status: 'completed', amendment: { amended: null, outcome: 'timed_out' } });
  expect(warnings).toMatchObject([{ code: 'not_amended', message: expect.stringContaining('8 s') }]);
});

it('of a very long prompt is not tried', async () => {
  const { result, warnings } = await run({ prompt: `Count the words: ${'word '.repeat(14_000)}` });
  expect(result).toMatchObject({ status: 'completed', amendment: null });
  expect(warnings).toMatchObject([{ code: 'not_amended' }]);
  expect(prompts).toHaveLength(1);
});

it('waits for what would block the task as well, and is tried again then', async () => {
  amendment = () => httpError(400, 'Your credit balance is too low to access the Anthropic API.');
  const id = await under.submit({ tasks: [{ prompt: VAGUE, amend_prompt: true }] });
  await waitFor(async () => (await under.status(id)).status === 'paused', { what: 'a pause for money' });
  amendment = () => amended(CLEAR);
  await under.call('POST', `/executions/${id}/resume`);
  await under.ended(id);
  expect((await look(id)).result).toMatchObject({ status: 'completed', amendment: { amended: CLEAR } });
  expect(prompts.at(-1)).toBe(CLEAR);
});

it('is refused for a command', async () => {
  const { status, body } = await under.call('POST', '/execute', {
    tasks: [{ command: 'true', amend_prompt: true }],
  });
  expect([status, body]).toMatchObject([400, { errors: [{ path: 'tasks[0].amend_prompt' }] }]);
});
