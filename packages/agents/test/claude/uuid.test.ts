import type { PromptOptions } from '@cc-executor/contracts';
import { say, textsOf, useTool, type ModelRequest, type Reply } from '@cc-executor/testkit';
import { describe, expect, it } from 'vitest';
import { UuidRequest } from '../../src/claude/uuid-request.ts';
import { claudeHarness } from './harness.ts';

const harness = claudeHarness();
const WRONG = '00000000-0000-4000-8000-000000000000';
const UUID4 = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

/** The UUID that the agent was told. */
const told = (request: ModelRequest) => UUID4.exec(textsOf(request.system).join('\n'))?.[0] ?? 'none';

async function ask(options: PromptOptions, answer: (uuid: string) => Reply) {
  const uuids: string[] = [];
  const model = await harness.model((request) => {
    uuids.push(told(request));
    return answer(told(request));
  });
  const { run, text, given } = await harness.start('go', model, { options });
  const end = await run.ended;
  const [uuid = ''] = uuids;
  return { end, uuid, text: text('stdout'), given };
}

describe('an answer that has to have a UUID', () => {
  it('as text has it in its last line, which is no part of the result', async () => {
    const options = { uuid: true, append_system_prompt: 'Be brief.' };
    const { end, uuid, text, given } = await ask(options, (said) => say(`Two words.\n\n${said}`));
    expect(uuid).toMatch(UUID4);
    expect(end).toMatchObject({
      outcome: 'completed',
      result: 'Two words.',
      uuid_proof: { expected: uuid, found: uuid, verdict: 'matched' },
    });
    expect(text).toBe(`Two words.\n\n${uuid}`);
    const systemPrompt = expect.stringMatching(new RegExp(`^Be brief\\.\n\n.*${uuid}$`)) as string;
    expect(given).toEqual([{ text: 'go', systemPrompt }]);
  });

  it('and has a wrong one, or none, is completed, or fails where it is required', async () => {
    const wrong = await ask({ uuid: true }, () => say(`Done.\n${WRONG}`));
    expect(wrong.end).toMatchObject({
      outcome: 'completed',
      result: `Done.\n${WRONG}`,
      uuid_proof: { expected: wrong.uuid, found: WRONG, verdict: 'mismatched' },
    });
    const without = await ask({ require_uuid: true }, () => say('Done.'));
    expect(without.end).toMatchObject({
      outcome: 'uuid_mismatch',
      message: `The answer has no UUID in its place; requested was ${without.uuid}.`,
      result: 'Done.',
      uuid_proof: { found: null, verdict: 'absent' },
    });
  });

  it('as JSON of any shape has it as a field, and keeps it', async () => {
    const { end, uuid } = await ask({ json_mode: true, require_uuid: true }, (said) =>
      say(`{"n": 1, "execution_uuid": "${said}"}`),
    );
    expect(end).toMatchObject({
      outcome: 'completed',
      result: `{"n": 1, "execution_uuid": "${uuid}"}`,
      uuid_proof: { verdict: 'matched' },
    });
    expect(Object.keys(end.json as object)).toEqual(['n', 'execution_uuid']);
  });

  it.each([
    ['in the words of a tool', {}],
    ['in other words', { maxProperties: 1 }],
  ])('as JSON by a schema %s that knows no UUID has it beside what fits', async (_, more) => {
    const json_schema = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      additionalProperties: false,
      ...more,
    };
    const { end } = await ask({ json_schema, uuid: true }, (said) => {
      const answer = { n: 1, execution_uuid: said };
      return 'maxProperties' in more ? say(JSON.stringify(answer)) : useTool('StructuredOutput', answer);
    });
    expect(end).toMatchObject({
      outcome: 'completed',
      json: { n: 1 },
      result: '{"n":1}',
      uuid_proof: { verdict: 'matched' },
    });
    expect(end.json).toEqual({ n: 1 });
  });

  it('as JSON by a schema that has the field keeps it, right or wrong', async () => {
    const json_schema = {
      type: 'object',
      properties: { execution_uuid: { type: 'string' } },
      required: ['execution_uuid'],
    };
    const { end } = await ask({ json_schema, require_uuid: true }, () =>
      useTool('StructuredOutput', { execution_uuid: WRONG }),
    );
    expect(end).toMatchObject({
      outcome: 'uuid_mismatch',
      json: { execution_uuid: WRONG },
      uuid_proof: { found: WRONG, verdict: 'mismatched' },
    });
  });

  it('and that has not been asked for one is looked at for none', async () => {
    const { end, uuid } = await ask({}, () => say(`Done.\n${WRONG}`));
    expect([uuid, end.uuid_proof, end.result]).toEqual(['none', null, `Done.\n${WRONG}`]);
  });
});

describe('a last line', () => {
  const request = new UuidRequest();
  const uuid = UUID4.exec(request.forText)?.[0] ?? '';

  it.each([
    ['Done.\nX', 'Done.', 'matched'],
    ['Done.\r\nX\n\n', 'Done.', 'matched'],
    ['Done.\n**X**', 'Done.', 'matched'],
    ['Done.\n`execution_uuid: X`', 'Done.', 'matched'],
    ['Done.\n"execution_uuid": "X"', 'Done.', 'matched'],
    ['X', '', 'matched'],
    ['X\nDone.', null, 'absent'],
    ['I have made record X', null, 'absent'],
    ['', null, 'absent'],
    [`Done.\n${WRONG}`, null, 'mismatched'],
    [`X\n${WRONG}`, null, 'mismatched'],
  ])('of %j is what it is', (template, rest, verdict) => {
    const text = template.replace('X', uuid);
    expect(request.ofText(text)).toMatchObject({ text: rest ?? text, proof: { verdict } });
    expect(request.ofText(text.toUpperCase()).proof.verdict).toBe(verdict);
  });

  it('of a long answer is found at once', () => {
    const text = `${' \n`"'.repeat(100_000)}no`;
    expect(request.ofText(text).proof.verdict).toBe('absent');
  });

  it.each([[null], [7], [{ execution_uuid: 7 }], [['x']], [{ execution_uuid: null }], ['text']])(
    'of JSON that is %j is no UUID',
    (value) => {
      expect(request.ofJson(value).verdict).not.toBe('matched');
    },
  );
});
