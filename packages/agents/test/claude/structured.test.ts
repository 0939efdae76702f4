import { describe, expect, it } from 'vitest';
import { say, textsOf, turnOf, useTool, type Reply } from '@cc-executor/testkit';
import type { PromptOptions } from '@cc-executor/contracts';
import { claudeHarness } from './harness.ts';

const harness = claudeHarness();
const json_schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
};
const list = { type: 'array', items: { type: 'integer' } };

/** Asks with these options, and gets these replies in turn; the last one again and again. */
async function ask(options: PromptOptions, ...replies: Reply[]) {
  const model = await harness.model((request) => replies[turnOf(request)] ?? replies.at(-1) ?? say(''));
  const { run, of, text } = await harness.start('go', model, { options });
  const end = await run.ended;
  return { end, text: text('stdout'), warnings: of('task.warning'), model };
}

describe('an answer that has to fit a schema', () => {
  it("is the model's structured output", async () => {
    const { end, text, warnings } = await ask(
      { json_schema },
      useTool('StructuredOutput', { n: 4 }, 'Here it is.'),
    );
    expect(end).toMatchObject({ outcome: 'completed', json: { n: 4 }, result: '{"n":4}' });
    expect(text).toBe('Here it is.\n{"n":4}');
    expect(warnings).toEqual([]);
  });

  it('is asked for again until it fits', async () => {
    const { end, model } = await ask(
      { json_schema },
      useTool('StructuredOutput', { n: 'x' }),
      useTool('StructuredOutput', { n: 5 }),
    );
    expect(end).toMatchObject({ outcome: 'completed', json: { n: 5 } });
    expect(model.requests).toHaveLength(2);
  });

  it('is invalid_output when it never fits, and what it was is kept', async () => {
    const { end } = await ask({ json_schema }, useTool('StructuredOutput', { n: 'x' }));
    expect(end).toMatchObject({ outcome: 'invalid_output', json: null, result: '{"n":"x"}' });
    expect(end.message).toContain('/n: must be integer');
  });

  it('may come as text, fenced and broken: it is repaired, with a note', async () => {
    const { end, text, warnings } = await ask({ json_schema }, say('Here:\n```json\n{n: 6,}\n```'));
    expect(end).toMatchObject({ outcome: 'completed', json: { n: 6 }, result: '{"n":6}' });
    expect(text).toContain('```json');
    expect(warnings).toEqual([
      {
        code: 'json_mended',
        message: 'The answer was not JSON as it stood: it stood in a code fence, and was repaired.',
      },
    ]);
  });

  it('is invalid_output when there is none, and the text is kept', async () => {
    const { end } = await ask({ json_schema }, say('I would rather not.'));
    expect(end).toMatchObject({
      outcome: 'invalid_output',
      message: 'The answer is not JSON.',
      json: null,
      result: 'I would rather not.',
    });
  });

  it('is asked for by words where the schema is none for a tool', async () => {
    const { end, model } = await ask(
      { json_schema: list, append_system_prompt: 'Count well.' },
      say('[1, 2]'),
    );
    expect(end).toMatchObject({ outcome: 'completed', json: [1, 2], result: '[1, 2]' });
    const system = textsOf(model.requests[0]?.body.system).join('\n');
    expect(system).toContain('Count well.\n\nYour final answer has to be one JSON value');
    expect(system).toContain(JSON.stringify(list));
  });

  it('is checked against all of the schema', async () => {
    const even = { ...list, items: { type: 'integer', multipleOf: 2 } };
    const { end } = await ask({ json_schema: even }, say('[2, 3]'));
    expect(end).toMatchObject({ outcome: 'invalid_output', result: '[2, 3]' });
    expect(end.message).toBe('The answer does not fit the schema: /1 must be multiple of 2.');
  });
});

describe('an answer in JSON mode', () => {
  it('is any JSON, and the prompt stays as it is', async () => {
    const { end, model } = await ask({ json_mode: true }, say('{"any": "thing"}'));
    expect(end).toMatchObject({ outcome: 'completed', json: { any: 'thing' }, result: '{"any": "thing"}' });
    expect(textsOf(model.requests[0]?.body.messages[0]?.content).at(-1)).toBe('go');
  });

  it('is invalid_output when it is prose', async () => {
    expect((await ask({ json_mode: true }, say('It is 4.'))).end).toMatchObject({
      outcome: 'invalid_output',
      result: 'It is 4.',
    });
  });
});

describe('without JSON mode', () => {
  it('an answer is what it is', async () => {
    expect((await ask({}, say('{"n": 1}'))).end).toMatchObject({ result: '{"n": 1}', json: null });
  });
});
