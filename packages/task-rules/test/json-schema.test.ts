import { describe, expect, it } from 'vitest';
import { compileSchema, isToolSchema } from '../src/json-schema.ts';

const pair = { type: 'array', prefixItems: [{ type: 'integer' }] };

describe('a schema', () => {
  it('is of 2020-12, or of the draft that it names', () => {
    expect(compileSchema(pair)(['x'])).toBe('/0 must be integer');
    expect(
      compileSchema({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...pair })([1]),
    ).toBeNull();
    const old = { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'integer' }] };
    expect(compileSchema(old)(['x'])).toBe('/0 must be integer');
    expect(
      compileSchema({ ...old, $schema: 'https://json-schema.org/draft/2019-09/schema' })([1]),
    ).toBeNull();
  });

  it('may have keywords of its own, and formats count', () => {
    const check = compileSchema({ 'x-mine': 1, type: 'string', format: 'email' });
    expect([check('a@b.example'), check('a')]).toEqual([null, 'the whole must match format "email"']);
  });

  it.each([
    [{ type: 'objekt' }, 'must be equal to one of the allowed values'],
    [{ $ref: '#/$defs/nowhere' }, "can't resolve reference #/$defs/nowhere"],
    [{ $ref: 'https://example.com/other.json' }, "can't resolve reference https://example.com/other.json"],
    [{ $schema: 'http://json-schema.org/draft-04/schema#' }, 'draft 6, 7, 2019-09 and 2020-12 are known'],
    [{ type: 'string', pattern: '(' }, 'Invalid regular expression'],
  ])('that is none is told: %j', (schema, why) => {
    expect(() => compileSchema(schema)).toThrow(why);
  });

  it('knows nothing of another one, also where both use the same names', () => {
    const named = (type: string) => ({
      $id: 'https://example.com/one.json',
      $defs: { part: { $id: 'https://example.com/part.json', type } },
      $ref: 'https://example.com/part.json',
    });
    const [first, second] = [compileSchema(named('string')), compileSchema(named('integer'))];
    expect([first('x'), second('x')]).toEqual([null, 'the whole must be integer']);
    expect(() => compileSchema({ $ref: 'https://example.com/part.json' })).toThrow("can't resolve reference");
    expect(() => compileSchema({ ...named('objekt') })).toThrow('must be equal to one of the allowed values');
  });

  it('reports some of the faults of a value', () => {
    const check = compileSchema({ type: 'array', items: { type: 'integer' } });
    expect(check(Array.from({ length: 9 }, () => 'x'))).toBe(
      '/0 must be integer; /1 must be integer; /2 must be integer; /3 must be integer; /4 must be integer (and 4 more)',
    );
    const closed = compileSchema({ type: 'object', additionalProperties: false });
    expect(closed({ extra: 1 })).toBe('the whole must NOT have additional properties ("extra")');
  });

  it.each([
    [true, { type: 'object', properties: { n: { type: 'string', format: 'odd' } } }],
    [false, { type: 'array' }],
    [false, { type: 'object', anyOf: [{ required: ['a'] }] }],
    [false, { type: 'object', 'x-mine': 1 }],
    [false, { type: 'object', properties: { p: pair } }],
  ])('is for a tool: %s, of %j', (expected, schema) => {
    expect(isToolSchema(schema)).toBe(expected);
  });
});
