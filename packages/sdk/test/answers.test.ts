import {
  firstUserTexts,
  say,
  startScriptedModel,
  textsOf,
  useTool,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  ccExecute,
  ccExecuteList,
  CcExecutor,
  type LocalCcExecutor,
  type TypedSchema,
} from '../src/local.ts';

const large = Array.from({ length: 20_000 }, (_, index) => index);
const person = (name: string) => useTool('StructuredOutput', { name, born: '1815-12-10' });
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
let judged = 0;
let model: ScriptedModel;
let client: LocalCcExecutor;

beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      const prompt = firstUserTexts(request).at(-1) ?? '';
      if (prompt.startsWith('Rewrite this prompt'))
        return useTool('StructuredOutput', { amended: 'Clear', is_ambiguous: true, reason: 'It was vague.' });
      if (prompt.startsWith('Clear')) return say('It is clear.');
      // The workspace has one in its name too.
      const uuid = textsOf(request.system).join('').match(UUID)?.at(-1);
      if (prompt === 'Prove it.') return say(`It is so.\n${String(uuid)}`);
      if (prompt.startsWith('Prove')) return say(JSON.stringify({ result: 'so', execution_uuid: uuid }));
      if (prompt.startsWith('Judge')) {
        judged += 1;
        return useTool('StructuredOutput', { is_valid: false, reason: 'It is too short.' });
      }
      if (prompt.startsWith('Who')) return person('Ada');
      if (prompt.startsWith('Nobody')) return person('');
      return prompt.startsWith('Large') ? say(JSON.stringify(large), { chunk: 5000 }) : say('{"a": [1, 2]}');
    },
  });
  const { PATH, HOME } = process.env;
  const credential = { ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url };
  client = await CcExecutor.local({ env: { PATH, HOME, LOG_LEVEL: 'warn', ...credential } });
});
afterAll(async () => {
  await client.close();
  await model.close();
});

const Person = z.object({ name: z.string(), born: z.iso.date().transform((day) => new Date(day)) });

describe('a short form', () => {
  it('gives the value of an answer in JSON', async () => {
    const answer = await ccExecute('List it.', { client, jsonMode: true });
    expectTypeOf(answer).toEqualTypeOf<unknown>();
    expect(answer).toEqual({ a: [1, 2] });
    expect(await ccExecute('List it.', { client })).toBe('{"a": [1, 2]}');
  });

  it('asks for a fresh UUID, and gives what is proven', async () => {
    expect(await ccExecute('Prove it.', { client, requireUuid: true })).toBe('It is so.');
    const shape = await ccExecute('Prove it in JSON.', { client, jsonMode: true, requireUuid: true });
    expect(shape).toEqual({ result: 'so', execution_uuid: expect.any(String) as string });
    await expect(ccExecute('List it.', { client, requireUuid: true })).rejects.toMatchObject({
      code: 'uuid_mismatch',
    });
    expect(await ccExecute('Prove it.', { client, uuid: false })).toMatch(/^It is so\.\n/);
  });

  it('has what was done checked', async () => {
    const checks = ['echo looked; exit 2'];
    await expect(ccExecute('List it.', { client, checks })).rejects.toMatchObject({ code: 'check_failed' });
    const answer = ccExecute({ command: 'echo done' }, { client, checks, onCheckFailure: 'warn' });
    expect(await answer).toBe('done\n');
  });

  it('has the prompt rewritten first', async () => {
    expect(await ccExecute('Vague', { client, amendPrompt: true })).toBe('It is clear.');
  });

  it('gives all of a large one', async () => {
    const json_schema = { type: 'array', items: { type: 'integer' } };
    expect(await ccExecute('Large', { client, jsonSchema: json_schema })).toEqual(large);
  });

  it('takes the schema of a library, and gives what it makes of the answer, with its type', async () => {
    const ada = await ccExecute('Who?', { client, jsonSchema: Person });
    expectTypeOf(ada).toEqualTypeOf<{ name: string; born: Date }>();
    expect(ada.born.getUTCFullYear()).toBe(1815);
    const both = await ccExecuteList(['Who?', 'Who else?'], { client, jsonSchema: Person });
    expectTypeOf(both).toEqualTypeOf<{ name: string; born: Date }[]>();
    expect(both.map(({ name }) => name)).toEqual(['Ada', 'Ada']);
  });

  it('throws where only the library sees that it does not fit', async () => {
    const Named = Person.refine(({ name }) => name !== '', { path: ['name'], message: 'is empty' });
    await expect(ccExecute('Nobody', { client, jsonSchema: Named })).rejects.toMatchObject({
      code: 'invalid_output',
      message: 'Task 1: name: is empty',
    });
  });

  it('refuses a schema that is none, here or there', async () => {
    const dated = z.object({ at: z.date() });
    await expect(ccExecute('Who?', { client, jsonSchema: dated })).rejects.toMatchObject({
      code: 'BAD_OPTION',
    });
    const { validate } = Person['~standard'];
    const bare = { '~standard': { version: 1, vendor: 'plain', validate } } as unknown as TypedSchema;
    await expect(ccExecute('Who?', { client, jsonSchema: bare })).rejects.toThrow(
      /this plain returns no JSON schema/,
    );
    await expect(ccExecute('Who?', { client, jsonSchema: { type: 'objekt' } })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      errors: [{ path: 'tasks[0].json_schema' }],
    });
    await expect(ccExecute({ command: 'true' }, { client, jsonMode: true })).rejects.toMatchObject({
      errors: [{ path: 'tasks[0].json_mode', message: 'is for prompts only' }],
    });
  });

  it('has an answer judged', async () => {
    const validationPrompt = 'Judge {response}';
    expect(await ccExecute('List it.', { client, validationPrompt })).toBe('{"a": [1, 2]}');
    await expect(
      ccExecute('List it.', { client, validationPrompt, onInvalid: 'fail' }),
    ).rejects.toMatchObject({ code: 'validation_failed' });
    expect(judged).toBe(2);
  });
});
